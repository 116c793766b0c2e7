#include <fmt/format.h>

#include "libanalysis/classifiers/all.h"
#include "libanalysis/describe.h"

namespace heapsnap {

Classification classify_by_id(const Graph& graph, const NodeSet& nodes) {
  Classification result(graph.node_count(), graph.node_count());
  for (const NodeId id : nodes) result.put(id, KindId(id));
  result.name_kinds(
      {.name =
           [&graph](KindId kind) {
             return fmt::format("{} {}", graph.type_name(graph.type_of(kind)),
                                object_name(graph, kind));
           },
       .selector = [&graph](KindId kind) { return Selector{AtAddress{graph.address(kind)}}; },
       .key = [&graph](KindId kind) { return object_name(graph, kind); }});
  return result;
}

}  // namespace heapsnap
