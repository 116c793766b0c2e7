// What keeps a heap alive, for people: one row for each place where CPython holds something, and
// one for each kind of root that was derived.
//
// Interpreters and threads are structures; their rows are what they refer to, under the names
// that `i0_modules`, `i0_t0x7f30_context` or `i0_t0x7f30_f0` (a thread's outermost frame) have.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

// thread, interpreter, static-type, immortal, held-by-c, unreachable
std::string_view root_kind_name(RootKind kind);

struct RootRow {
  RootKind kind = RootKind::kUnreachable;
  std::string label = {};   // empty but for threads and interpreters
  NodeId target = kNoNode;  // if it is the only one of the row
  std::uint64_t count = 0;
  std::uint64_t shallow = 0;  // of the targets
};

// By kind, then as recorded.
std::vector<RootRow> list_roots(const Graph& graph);

}  // namespace heapsnap
