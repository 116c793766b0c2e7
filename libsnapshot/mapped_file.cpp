#include "libsnapshot/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace heapsnap {
namespace {

constexpr std::size_t kReadSize = std::size_t{1} << 20;

tl::unexpected<Error> cannot_read(const std::string& name) {
  return failure(ErrorCode::kUnreadable,
                 fmt::format("cannot read {}: {}", name, std::strerror(errno)));
}

Result<std::vector<std::uint8_t>> read_all(int fd, const std::string& name) {
  std::vector<std::uint8_t> bytes;
  for (;;) {
    const std::size_t before = bytes.size();
    bytes.resize(before + kReadSize);
    const ssize_t got = ::read(fd, bytes.data() + before, kReadSize);
    bytes.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(name);
    if (got == 0) return bytes;
  }
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
  if (path == "-") return of(STDIN_FILENO, "standard input");
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return cannot_read(path);
  Result<MappedFile> file = of(fd, path);
  ::close(fd);
  return file;
}

Result<MappedFile> MappedFile::of(int fd, const std::string& name) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return cannot_read(name);
  if (S_ISREG(status.st_mode) && status.st_size > 0) {
    const auto size = static_cast<std::size_t>(status.st_size);
    void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped != MAP_FAILED) return MappedFile(static_cast<const std::uint8_t*>(mapped), size);
  }
  Result<std::vector<std::uint8_t>> bytes = read_all(fd, name);
  if (!bytes) return tl::unexpected(bytes.error());
  return MappedFile(std::move(*bytes));
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : mapped_(std::exchange(other.mapped_, nullptr)),
      size_(other.size_),
      read_(std::move(other.read_)) {}

MappedFile::~MappedFile() {
  if (mapped_) ::munmap(const_cast<std::uint8_t*>(mapped_), size_);
}

}  // namespace heapsnap
