// write_snapshot() makes a file of one snapshot's stream as it comes from a walker: compressed,
// with what only the receiver knows added: labels, and the installed packages that the program uses.
//
// The file has no name until it is whole. Whatever goes wrong (the process that sends is killed,
// the disk is full), no file is left and the reason is returned, with kCapture.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "apps/heapsnap/run/distributions.h"
#include "apps/heapsnap/run/listener.h"
#include "apps/heapsnap/run/snapshot_names.h"
#include "libsnapshot/records.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct WrittenSnapshot {
  std::string path;
  std::uint64_t objects = 0;
  std::uint64_t shallow = 0;     // bytes
  std::string method;            // as --method has them, or "core"
  std::string mode;              // "fork" or "stop"
  std::string trigger;           // "exit"
  std::uint64_t pause_ns = 0;    // 0: unknown
  std::uint64_t file_size = 0;
  std::string incomplete;        // why it is; empty: it is not
  bool collecting = false;       // the collector was running: see docs/limits.md
  std::vector<std::string> warnings = {};  // of older files
};

struct SnapshotSettings {
  std::vector<Fact> labels = {};  // "label.K"
  int level = 3;                  // of compression
  std::string trigger = {};       // why it was taken, if the stream does not know; empty: it does
};

struct Occasion {
  std::string asked_for = {};  // "every" or "rss": why `run` asked for it; empty: it did not
  // Whose it is, once that is known.
  std::function<void(pid_t pid, std::uint64_t time_ns)> began = [](pid_t, std::uint64_t) {};
  std::function<void()> whole = [] {};  // it gets its name when this returns
  // The files of /proc that the stream does not hold; may be nothing.
  std::function<std::vector<MemoryRecord>()> memory = nullptr;
  std::string lacking = {};  // why what was walked was not all of it; empty: it was
};

// `source` is a connection of which nothing has been read.
Result<WrittenSnapshot> write_snapshot(const Connection& source, const SnapshotSettings& settings,
                                       SnapshotNames& names, Distributions& distributions,
                                       const Occasion& occasion);

// One line for people, and what else they have to know.
std::string summary_of(const WrittenSnapshot& snapshot);
std::vector<std::string> warnings_of(const WrittenSnapshot& snapshot);

}  // namespace heapsnap
