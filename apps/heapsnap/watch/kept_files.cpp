#include "apps/heapsnap/watch/kept_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace heapsnap {

std::vector<std::string> KeptFiles::add(const std::string& path) {
  std::vector<std::string> removed;
  std::optional<File> file = file_at(path);
  if (!file) return removed;  // somebody else has removed it already
  bytes_ += file->size;
  files_.push_back(*std::move(file));
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

std::optional<KeptFiles::File> KeptFiles::file_at(const std::string& path) {
  struct stat status = {};
  if (lstat(path.c_str(), &status) != 0) return std::nullopt;
  return File{path, status.st_dev, status.st_ino, status.st_mtim,
              static_cast<std::uint64_t>(status.st_size)};
}

bool KeptFiles::remove(const File& file) {
  const std::optional<File> there = file_at(file.path);
  const bool is_ours = there && there->device == file.device && there->number == file.number &&
                       there->size == file.size &&
                       there->changed.tv_sec == file.changed.tv_sec &&
                       there->changed.tv_nsec == file.changed.tv_nsec;
  return is_ours && unlink(file.path.c_str()) == 0;
}

}  // namespace heapsnap
