// Which installed packages a program's modules come from: the name and the version in the
// dist-info or egg-info folder that lies beside a module's top-level package.
//
//     const RootFolder root(7);
//     distributions.of({"/usr/lib/python3/dist-packages/yaml/loader.py"}, root)
//     // {{"yaml", "PyYAML", "6.0"}}
//
// Folders are read as the program sees them, and remembered, so that a second capture of the
// program costs little. What is read is bounded; what cannot be read is left out: a snapshot is
// whole without it.
#pragma once

#include <sys/types.h>

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "libsnapshot/records.h"

namespace heapsnap {

// The root folder of a process, which may be another than ours (chroot, container). It can be
// read for as long as this lives, even if the process ends.
class RootFolder {
 public:
  explicit RootFolder(pid_t pid);
  ~RootFolder();
  RootFolder(const RootFolder&) = delete;
  RootFolder& operator=(const RootFolder&) = delete;

  const std::string& path() const { return path_; }  // to put before paths; empty: our own root
  const std::string& identity() const { return identity_; }  // equal for the same folder

 private:
  int fd_ = -1;
  std::string path_;
  std::string identity_;
};

class Distributions {
 public:
  // In the order of folders, then of names. May be called from several threads.
  std::vector<DistributionRecord> of(const std::set<std::string>& files, const RootFolder& root);

 private:
  struct Seen {  // of one root, by folder
    std::map<std::string, std::vector<DistributionRecord>> installed;
    std::map<std::string, bool> packages;
  };
  using Used = std::map<std::string, std::set<std::string>>;  // top-level names by folder

  static void place(const std::string& file, const RootFolder& root, Seen& seen, Used& used);

  std::mutex mutex_;
  std::map<std::string, Seen> seen_;
};

}  // namespace heapsnap
