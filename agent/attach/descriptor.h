// Descriptor owns a file descriptor: whatever ends its scope, lack of memory too, it is closed.
#pragma once

#include <unistd.h>

#include <utility>

namespace heapsnap {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}  // negative: none
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { close(); }

  int fd() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }  // whoever calls owns it
  void close() {
    if (fd_ >= 0) ::close(release());
  }

 private:
  int fd_;
};

}  // namespace heapsnap
