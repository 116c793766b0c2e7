// SnapshotNames gives each capture of a run the name of its file, and keeps the newest files.
//
// A file that exists is never replaced, unless `force` is set: a name that is taken, or that the
// capture before had, gets a running number before its suffix. So names tell the order of the
// files, also of those that are left. May be used from several threads.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "apps/heapsnap/run/kept_files.h"
#include "apps/heapsnap/run/name_template.h"
#include "libsnapshot/new_file.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct Published {
  std::string path = {};
  std::vector<std::string> warnings = {};  // of older files that should have gone
};

class SnapshotNames {
 public:
  // `keep`: how many files of each process are to stay; 0: all.
  SnapshotNames(NameTemplate name, std::size_t keep, bool force);

  std::string folder() const;  // where the files have to be made

  // Gives the whole file the next name; `time_ns` is when the process `pid` was captured. Then
  // removes the oldest files of the process beyond those to be kept. Fails with kCapture.
  Result<Published> publish(NewFile& file, pid_t pid, std::uint64_t time_ns);

  // Files that could not be written: to capture the same in another way is then in vain, too.
  unsigned failures() const { return failures_; }
  void add_failure() { ++failures_; }

 private:
  bool give(NewFile& file, const std::string& path);
  Result<std::string> name(NameFacts facts, NewFile& file);
  std::string& last_wanted(std::int64_t pid);
  void remember(const std::string& path);

  const NameTemplate name_;
  const std::size_t keep_;
  const bool force_;
  std::string host_;
  std::atomic<unsigned> failures_ = 0;
  std::mutex mutex_;
  std::uint64_t number_ = 0;     // of the last file
  std::set<std::string> given_;  // with `force`: names of this run's files
  std::size_t next_look_;        // at which of them are still there, when there are so many
  std::map<std::int64_t, std::string> wanted_;  // by process: the last before it got a number
  std::map<pid_t, KeptFiles> kept_;
};

}  // namespace heapsnap
