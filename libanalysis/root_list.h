// The root edges of a graph, summed up for people: one row for each named root, one for each
// derived kind.
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
  std::string label;         // empty for derived roots and static types
  NodeId target = kNoNode;   // if it is the only one of the row
  std::uint64_t count = 0;
  std::uint64_t shallow = 0;  // of the targets
};

// By kind, then as recorded.
std::vector<RootRow> list_roots(const Graph& graph);

}  // namespace heapsnap
