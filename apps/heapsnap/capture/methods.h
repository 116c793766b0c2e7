// The ways of capturing a running process: one table, in the order in which `auto` tries them.
//
// A method is a line there: its name, a look whether it would work, and a function that makes a
// whole file or says why not.
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
  TextOrders texts = {};
  bool method_asked = false;   // for this very method, which is not one of several to be tried
  std::string_view mode = {};  // fork, stop; empty: as the method has it
  SnapshotSettings settings = {};
};

struct Captured {
  WrittenSnapshot snapshot = {};
  std::vector<std::string> warnings = {};  // of what else the user has to know
};

struct Looks;  // method_checks.h

struct CaptureMethod {
  std::string_view name;
  std::string_view mode;    // fork: a copy is read; stop: the process stands still; empty: either
  bool by_auto;             // auto may take it
  std::string_view remark;  // what the user has to know if it is not the first choice
  bool traces;              // the process, which has to be a Python that can be traced
  Result<void> (*check)(const Looks& looks);
  Result<Captured> (*capture)(const CaptureOrders& orders, SnapshotNames& names);
};

std::span<const CaptureMethod> capture_methods();

struct PossibleMethods {
  std::vector<std::string> names = {};  // as far as it can be told by looking
  std::string why = {};                 // if there are none: why, and what to try
};

PossibleMethods possible_methods(const Looks& looks);

// By its name, or by all in turn for "auto": the next one is tried if this one cannot capture (not
// if there is no Python that we know, the file cannot be written, or what is in the way passes),
// and a warning says so. Fails with what each of them said, or with kUsage if the mode is not one
// of the method's.
Result<Captured> capture_by(std::string_view method, const CaptureOrders& orders,
                            SnapshotNames& names);

}  // namespace heapsnap
