#include "apps/heapsnap/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace heapsnap {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 16;

tl::unexpected<Error> cannot_write(const std::string& path, int error) {
  const std::string where = path == "-" ? "standard output" : path;
  return failure(ErrorCode::kUsage, fmt::format("cannot write {}: {}", where, strerror(error)));
}

std::string temporary_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t name = slash == std::string::npos ? 0 : slash + 1;
  return fmt::format("{}.{}.{}.tmp", path.substr(0, name), path.substr(name), getpid());
}

}  // namespace

Result<Output> Output::open(const std::string& path, Overwrite overwrite) {
  if (path == "-") return Output(STDOUT_FILENO, path, "", overwrite);
  struct stat status;
  if (stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return cannot_write(path, EISDIR);
    if (!S_ISREG(status.st_mode)) {
      const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
      if (fd < 0) return cannot_write(path, errno);
      return Output(fd, path, "", overwrite);
    }
    if (overwrite == Overwrite::kNo) {
      return failure(ErrorCode::kUsage,
                     fmt::format("{} exists; --force overwrites it, -o writes another", path));
    }
  }
  const std::string temporary = temporary_name(path);
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return cannot_write(path, errno);
  return Output(fd, path, temporary, overwrite);
}

Output::Output(int fd, std::string path, std::string temporary, Overwrite overwrite)
    : fd_(fd),
      path_(std::move(path)),
      temporary_(std::move(temporary)),
      overwrite_(overwrite) {}

Output::Output(Output&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      overwrite_(other.overwrite_),
      pending_(std::move(other.pending_)),
      error_(other.error_) {}

Output::~Output() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
  if (fd_ > STDERR_FILENO) close(fd_);
}

bool Output::write(std::string_view text) {
  pending_ += text;
  return pending_.size() < kBlock ? error_ == 0 : flush();
}

bool Output::flush() {
  std::size_t done = 0;
  while (error_ == 0 && done < pending_.size()) {
    const ssize_t n = ::write(fd_, pending_.data() + done, pending_.size() - done);
    if (n >= 0) {
      done += static_cast<std::size_t>(n);
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  pending_.clear();
  return error_ == 0;
}

// A file of that name may have appeared since open(). Not every file system can refuse then.
bool Output::rename_to_path() const {
  if (overwrite_ == Overwrite::kNo) {
    if (renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) {
      return true;
    }
    if (errno != EINVAL && errno != ENOSYS) return false;
  }
  return rename(temporary_.c_str(), path_.c_str()) == 0;
}

Result<void> Output::finish() {
  flush();
  if (error_ == EPIPE) return {};
  if (error_ == 0 && fd_ > STDERR_FILENO && close(std::exchange(fd_, -1)) != 0) error_ = errno;
  if (error_ == 0 && !temporary_.empty()) {
    if (rename_to_path()) {
      temporary_.clear();
    } else {
      error_ = errno;
    }
  }
  if (error_ != 0) return cannot_write(path_, error_);
  return {};
}

}  // namespace heapsnap
