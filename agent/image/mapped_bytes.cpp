#include "agent/image/mapped_bytes.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace heapsnap {

std::shared_ptr<MappedBytes> MappedBytes::of_zeros(std::size_t size) {
  if (size == 0) return std::make_shared<MappedBytes>(nullptr, 0);
  void* const start = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return start == MAP_FAILED ? nullptr : std::make_shared<MappedBytes>(start, size);
}

std::shared_ptr<MappedBytes> MappedBytes::of_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return nullptr;
  struct stat status = {};
  void* start = MAP_FAILED;
  std::size_t size = 0;
  if (fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
    size = static_cast<std::size_t>(status.st_size);
    start = size == 0 ? nullptr : mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  } else {
    errno = EINVAL;
  }
  const int error = errno;
  close(file);
  errno = error;
  return start == MAP_FAILED ? nullptr : std::make_shared<MappedBytes>(start, size);
}

MappedBytes::~MappedBytes() {
  if (size_ != 0) munmap(start_, size_);
}

}  // namespace heapsnap
