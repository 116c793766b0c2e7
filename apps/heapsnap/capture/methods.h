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
  bool by_name = false;        // the method was asked for, and is not one of several to be tried
  std::string_view mode = {};  // fork, stop; empty: as the method has it
  SnapshotSettings settings = {};
};

struct Captured {
  WrittenSnapshot snapshot = {};
  std::vector<std::string> warnings = {};  // of what else the user has to know
};

struct CaptureMethod {
  std::string_view name;
  std::string_view mode;    // fork: a copy is read; stop: the process stands still; empty: either
  bool unasked;             // auto may take it
  std::string_view remark;  // what the user has to know if it is not the first choice
  Result<Captured> (*capture)(const CaptureOrders& orders, SnapshotNames& names);
};

std::span<const CaptureMethod> capture_methods();

// By its name, or by all in turn for "auto": the next one is tried if this one cannot capture (not
// if there is no Python that we know, the file cannot be written, or what is in the way passes), and a warning says so. Fails
// with what each of them said, or with kUsage if the mode is not one of the method's.
Result<Captured> capture_by(std::string_view method, const CaptureOrders& orders,
                            SnapshotNames& names);

}  // namespace heapsnap
