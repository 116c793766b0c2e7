#include "apps/heapsnap/commands/largest_table.h"

#include <utility>
#include <vector>

#include "libanalysis/describe.h"
#include "libanalysis/largest.h"
#include "libanalysis/partition.h"
#include "libanalysis/reachability.h"

namespace heapsnap {

Table largest_table(const Heap& heap, const NodeSet& nodes, std::size_t limit) {
  const Graph& graph = heap.graph();
  const std::vector<NodeId> shown = largest(graph, heap.dominators(), nodes, limit);
  const std::uint64_t everything = heap.dominators().retained[graph.root()];
  const Measure all = measure(graph, nodes);
  const std::uint64_t freed = nodes == graph.objects()
                                  ? everything
                                  : measure(graph, retained_set(graph, nodes)).shallow;
  const auto share = [everything](std::uint64_t bytes) {
    return Percent{everything == 0 ? 0 : 100.0 * double(bytes) / double(everything)};
  };
  Table table{.name = "rows",
              .columns = {{"retained"}, {"", "%"}, {"shallow"}, {"object"}, {"type"}, {"value"}}};
  std::uint64_t shown_bytes = 0;
  for (const NodeId id : shown) {
    const std::uint64_t retained = heap.dominators().retained[id];
    shown_bytes += graph.size(id);
    table.rows.push_back({Bytes{retained}, share(retained), Bytes{graph.size(id)},
                          Object{graph.address(id)}, graph.type_name(graph.type_of(id)),
                          describe(graph, id)});
  }
  if (shown.size() < all.count) {
    table.hidden = all.count - shown.size();
    table.others = Cells{{}, {}, Bytes{all.shallow - shown_bytes}, {}, {}, {}};
  }
  table.total = Cells{Bytes{freed}, share(freed), Bytes{all.shallow}, {}, {}, {}};
  return table;
}

}  // namespace heapsnap
