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

}  // namespace

Result<Output> Output::open(const std::string& path, Overwrite overwrite) {
  if (path == "-") return Output(STDOUT_FILENO, path);
  struct stat status;
  if (stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return cannot_write(path, EISDIR);
    if (!S_ISREG(status.st_mode)) {
      const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
      if (fd < 0) return cannot_write(path, errno);
      return Output(fd, path);
    }
    if (overwrite == Overwrite::kNo) {
      return failure(ErrorCode::kUsage,
                     fmt::format("{} exists; --force overwrites it, -o writes another", path));
    }
  }
  std::optional<NewFile> file = NewFile::create(folder_of(path));
  if (!file && errno == ENOTSUP) {
    return failure(ErrorCode::kUsage, fmt::format("cannot write {}: no file can be made there", path));
  }
  if (!file) return cannot_write(path, errno);
  Output out(file->fd(), path);
  out.file_.emplace(std::move(*file));
  out.overwrite_ = overwrite;
  return out;
}

Output::Output(Output&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      file_(std::move(other.file_)),
      overwrite_(other.overwrite_),
      pending_(std::move(other.pending_)),
      error_(other.error_) {}

Output::~Output() {
  if (!file_ && fd_ > STDERR_FILENO) close(fd_);
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

Result<void> Output::finish() {
  flush();
  if (error_ == EPIPE) return {};
  if (error_ == 0 && !file_ && fd_ > STDERR_FILENO && close(std::exchange(fd_, -1)) != 0) {
    error_ = errno;
  }
  // A file of that name may have appeared since open().
  if (error_ == 0 && file_ && !(file_->sync() && file_->publish(path_, overwrite_))) error_ = errno;
  if (error_ != 0) return cannot_write(path_, error_);
  return {};
}

}  // namespace heapsnap
