#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/type_groups.h"
#include "libanalysis/root_list.h"

namespace heapsnap {

Result<Classification> classify_by_root(const Heap& heap, const NodeSet& nodes, const Factor&) {
  constexpr auto kKinds = static_cast<KindId>(RootKind::kUnreachable) + 1;
  const auto name = [](KindId kind) {
    return std::string(root_kind_name(static_cast<RootKind>(kind)));
  };
  Classification result(heap.graph().node_count(), kKinds);
  for (const NodeId id : nodes) result.put(id, static_cast<KindId>(heap.depths().kind[id]));
  result.name_kinds(
      {.name = name, .selector = [name](KindId kind) { return of_kind("root", name(kind)); }});
  return result;
}

}  // namespace heapsnap
