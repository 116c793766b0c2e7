#include "apps/heapsnap/run/kept_files.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace heapsnap {

KeptFiles::Removal KeptFiles::add(const std::string& path) {
  Removal removal;
  if (limits_.count == 0 && limits_.bytes == 0) return removal;
  forget_what_is_not_ours();
  std::optional<File> newest = file_at(path);
  if (!newest) return removal;  // somebody else has removed it already
  bytes_ += newest->size;
  files_.push_back(*std::move(newest));
  for (std::size_t stuck = 0; exceeded(stuck) && stuck + 1 < files_.size();) {
    File& oldest = files_[stuck];
    if (unlink(oldest.path.c_str()) == 0) {
      bytes_ -= oldest.size;
      removal.removed.push_back(oldest.path);
      files_.erase(files_.begin() + static_cast<std::ptrdiff_t>(stuck));
      continue;
    }
    if (!std::exchange(oldest.stuck, true)) {
      removal.warnings.push_back(
          fmt::format("cannot remove {}: {}", oldest.path, std::strerror(errno)));
    }
    ++stuck;
  }
  return removal;
}

// Nothing newer goes because an older one stays, unless that takes the room.
bool KeptFiles::exceeded(std::size_t passed_over) const {
  const bool many = limits_.count != 0 && files_.size() - passed_over > limits_.count;
  return many || (limits_.bytes != 0 && bytes_ > limits_.bytes);
}

bool KeptFiles::too_large() const {
  return files_.size() == 1 && limits_.bytes != 0 && bytes_ > limits_.bytes;
}

void KeptFiles::forget_what_is_not_ours() {
  std::erase_if(files_, [this](const File& file) {
    const bool is_gone = !is_ours(file);
    if (is_gone) bytes_ -= file.size;
    return is_gone;
  });
}

std::optional<KeptFiles::File> KeptFiles::file_at(const std::string& path) {
  struct stat status = {};
  if (lstat(path.c_str(), &status) != 0) return std::nullopt;
  return File{path, status.st_dev, status.st_ino, status.st_mtim,
              static_cast<std::uint64_t>(status.st_size)};
}

// Where it cannot be looked for, it is as it was.
bool KeptFiles::is_ours(const File& file) {
  const std::optional<File> there = file_at(file.path);
  if (!there) return errno != ENOENT && errno != ENOTDIR;
  return there->device == file.device && there->number == file.number &&
         there->size == file.size && there->changed.tv_sec == file.changed.tv_sec &&
         there->changed.tv_nsec == file.changed.tv_nsec;
}

}  // namespace heapsnap
