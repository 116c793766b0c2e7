// The ways of capturing a running process: one table, in the order in which `auto` tries them.
//
// A method is a line here: its name, and a function that makes a whole file or says why not.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/heapsnap/run/snapshot_file.h"
#include "apps/heapsnap/run/snapshot_names.h"
#include "apps/heapsnap/run/snapshot_words.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct CaptureOrders {
  pid_t pid = 0;
  std::chrono::milliseconds timeout{0};
  TextPolicyWord strings = {};
  SnapshotSettings settings = {};
};

struct Captured {
  WrittenSnapshot snapshot = {};
  bool collecting = false;  // the collector was running: see docs/limits.md
  std::vector<std::string> warnings = {};
};

struct CaptureMethod {
  std::string_view name;
  Result<Captured> (*capture)(const CaptureOrders& orders, SnapshotNames& names);
};

std::span<const CaptureMethod> capture_methods();

// By its name, or by all in turn for "auto": the next one is tried if this one cannot capture (not
// if there is no Python that we know). Fails with the first one's reason.
Result<Captured> capture_by(std::string_view method, const CaptureOrders& orders,
                            SnapshotNames& names);

}  // namespace heapsnap
