#include "apps/heapsnap/watch/process_handle.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

namespace heapsnap {

std::optional<ProcessHandle> ProcessHandle::open(pid_t pid) {
  const long fd = syscall(SYS_pidfd_open, pid, 0);  // Linux 5.3; it is closed on exec
  if (fd < 0) return std::nullopt;
  return ProcessHandle(pid, static_cast<int>(fd));
}

ProcessHandle::ProcessHandle(ProcessHandle&& other) noexcept
    : pid_(other.pid_), fd_(std::exchange(other.fd_, -1)) {}

ProcessHandle& ProcessHandle::operator=(ProcessHandle&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(fd_, other.fd_);
  return *this;
}

ProcessHandle::~ProcessHandle() {
  if (fd_ >= 0) close(fd_);
}

bool ProcessHandle::has_ended(std::chrono::milliseconds within) const {
  pollfd source = {fd_, POLLIN, 0};
  return poll(&source, 1, static_cast<int>(within.count())) != 0;
}

}  // namespace heapsnap
