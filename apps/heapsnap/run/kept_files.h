// KeptFiles keeps the newest of the files that were written, and removes the others.
//
//     KeptFiles kept({.count = 6, .bytes = std::uint64_t{4} << 30});
//     const KeptFiles::Removal removal = kept.add("app.7.hsnap");
//     for (const std::string& gone : removal.removed) ...
//
// The newest is the one that was added last, whatever the clocks say. It is never removed, and
// neither is a file that is not the one that was written: who renames a file, or puts another one
// in its place, keeps it, and it counts no more. One that cannot be removed counts still, and is
// tried again each time.
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
  struct Removal {
    std::vector<std::string> removed = {};   // files, the oldest first
    std::vector<std::string> warnings = {};  // of each that cannot be removed, the first time
  };

  explicit KeptFiles(const KeepLimits& limits) : limits_(limits) {}

  Removal add(const std::string& path);  // the newest

  bool too_large() const;  // although there is only the newest
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct File {
    std::string path = {};
    dev_t device = 0;
    ino_t number = 0;  // may be given again
    timespec changed = {};  // its contents
    std::uint64_t size = 0;
    bool stuck = false;  // it could not be removed, which was said
  };

  bool exceeded(std::size_t passed_over) const;
  void forget_what_is_not_ours();
  static std::optional<File> file_at(const std::string& path);
  static bool is_ours(const File& file);

  KeepLimits limits_;
  std::deque<File> files_;  // the oldest first
  std::uint64_t bytes_ = 0;
};

}  // namespace heapsnap
