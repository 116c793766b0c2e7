#include "apps/heapsnap/watch/kept_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace heapsnap {

std::vector<std::string> KeptFiles::add(const std::string& path) {
  std::vector<std::string> removed;
  struct stat status = {};
  if (lstat(path.c_str(), &status) != 0) return removed;  // somebody else has removed it already
  File file = {path, status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size)};
  bytes_ += file.size;
  files_.push_back(std::move(file));
  while (exceeded() && files_.size() > 1) {
    const File oldest = std::move(files_.front());
    files_.pop_front();
    bytes_ -= oldest.size;
    if (remove(oldest)) removed.push_back(oldest.path);
  }
  return removed;
}

bool KeptFiles::exceeded() const {
  const bool many = limits_.count != 0 && files_.size() > limits_.count;
  return many || (limits_.bytes != 0 && bytes_ > limits_.bytes);
}

bool KeptFiles::too_large() const {
  return files_.size() == 1 && limits_.bytes != 0 && bytes_ > limits_.bytes;
}

bool KeptFiles::remove(const File& file) {
  struct stat status = {};
  return lstat(file.path.c_str(), &status) == 0 && status.st_dev == file.device &&
         status.st_ino == file.number && unlink(file.path.c_str()) == 0;
}

}  // namespace heapsnap
