#include "libsnapshot/new_file.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace heapsnap {
namespace {

constexpr mode_t kMode = 0600;

// Unique but for what an earlier process of the same number left.
std::string temporary_name(const std::string& folder) {
  static std::atomic<unsigned> number = 0;
  return fmt::format("{}.heapsnap.{}-{}", folder, ::getpid(), ++number);
}

// The only way for anybody to link a descriptor.
std::string own_link(int fd) { return fmt::format("/proc/self/fd/{}", fd); }

bool link_fd(int fd, const std::string& path) {
  return ::linkat(AT_FDCWD, own_link(fd).c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

// Renames, but not onto a file that exists (errno is EEXIST then).
bool rename_to_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  // A file system without that call: a second name, then the first one goes.
  if (::link(from.c_str(), to.c_str()) != 0) return false;
  ::unlink(from.c_str());
  return true;
}

// Without a name, if the system can give it one later; -1 otherwise.
int open_without_name(const std::string& folder) {
  const char* path = folder.empty() ? "." : folder.c_str();
  const int fd = ::open(path, O_WRONLY | O_TMPFILE | O_CLOEXEC, kMode);
  if (fd < 0 || ::access(own_link(fd).c_str(), F_OK) == 0) return fd;
  ::close(fd);
  return -1;
}

// Where nobody can make a file, as in /proc, the system says that there is no such folder.
int creation_error(const std::string& folder, int error) {
  struct stat status;
  const bool is_there = ::stat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  return error == ENOENT && is_there ? ENOTSUP : error;
}

// A device, a pipe or a folder is nothing to put a file in the place of.
bool can_be_replaced(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
}

}  // namespace

std::optional<NewFile> NewFile::create(const std::string& folder) {
  int fd = open_without_name(folder);
  if (fd >= 0) return NewFile(folder, {}, fd);
  std::string temporary;
  do {
    temporary = temporary_name(folder);
    fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
  } while (fd < 0 && errno == EEXIST);
  if (fd >= 0) return NewFile(folder, std::move(temporary), fd);
  errno = creation_error(folder, errno);
  return std::nullopt;
}

NewFile::NewFile(std::string folder, std::string temporary, int fd)
    : folder_(std::move(folder)), temporary_(std::move(temporary)), fd_(fd) {}

NewFile::NewFile(NewFile&& other) noexcept
    : folder_(std::move(other.folder_)),
      temporary_(std::exchange(other.temporary_, {})),
      fd_(std::exchange(other.fd_, -1)) {}

NewFile::~NewFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> NewFile::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      return failure(ErrorCode::kCapture,
                     fmt::format("cannot write in {}: {}",
                                 folder_.empty() ? "this folder" : folder_, std::strerror(errno)));
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

bool NewFile::publish(const std::string& path, Overwrite overwrite) {
  if (overwrite == Overwrite::kYes && !can_be_replaced(path)) {
    errno = ENOTSUP;
    return false;
  }
  if (temporary_.empty()) {
    if (link_fd(fd_, path)) return true;
    if (errno != EEXIST || overwrite == Overwrite::kNo) return false;
    if (!link_to_temporary()) return false;  // a link replaces nothing, a renaming does
  }
  const bool done = overwrite == Overwrite::kYes
                        ? ::rename(temporary_.c_str(), path.c_str()) == 0
                        : rename_to_new(temporary_, path);
  if (done) temporary_.clear();
  return done;
}

bool NewFile::link_to_temporary() {
  std::string temporary;
  do {
    temporary = temporary_name(folder_);
    if (link_fd(fd_, temporary)) {
      temporary_ = std::move(temporary);
      return true;
    }
  } while (errno == EEXIST);
  return false;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

}  // namespace heapsnap
