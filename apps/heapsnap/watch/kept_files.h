// KeptFiles keeps the newest of the files that were written, and removes the others.
//
//     KeptFiles kept({.count = 6, .bytes = 4 << 30});
//     for (const std::string& gone : kept.add("app.7.hsnap")) ...
//
// Never the newest, and never a file that is not the one that was written: who renames a file, or
// puts another one in its place, keeps it.
#pragma once

#include <sys/types.h>
#include <time.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace heapsnap {

struct KeepLimits {
  std::size_t count = 0;    // files; 0: all
  std::uint64_t bytes = 0;  // of all of them; 0: no matter
};

class KeptFiles {
 public:
  explicit KeptFiles(const KeepLimits& limits) : limits_(limits) {}

  // The newest. Returns those that were removed, the oldest first.
  std::vector<std::string> add(const std::string& path);

  bool too_large() const;  // although there is only the newest
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct File {
    std::string path = {};
    dev_t device = 0;
    ino_t number = 0;  // may be given again
    timespec changed = {};  // its contents
    std::uint64_t size = 0;
  };

  bool exceeded() const;
  static std::optional<File> file_at(const std::string& path);
  static bool remove(const File& file);

  KeepLimits limits_;
  std::deque<File> files_;  // the oldest first
  std::uint64_t bytes_ = 0;
};

}  // namespace heapsnap
