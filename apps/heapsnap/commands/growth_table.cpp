#include "apps/heapsnap/commands/growth_table.h"

#include <string>
#include <utility>
#include <vector>

#include "apps/heapsnap/commands/indented.h"
#include "libanalysis/common_path.h"
#include "libanalysis/growth_tree.h"
#include "libanalysis/holders.h"
#include "libanalysis/parallel.h"
#include "libanalysis/signature.h"
#include "libanalysis/tree_order.h"

namespace heapsnap {
namespace {

Cells figures(const Measure& was, const Measure& is, std::int64_t whole) {
  const std::int64_t bytes = growth(was.shallow, is.shallow);
  return {Count{was.count},
          Bytes{was.shallow},
          Count{is.count},
          Bytes{is.shallow},
          BytesChange{bytes},
          whole > 0 ? Cell(Percent{100.0 * double(bytes) / double(whole)}) : Cell(),
          CountChange{growth(was.count, is.count)}};
}

Table empty_table() {
  return {.name = "paths",
          .title = "where it grew",
          .shape = Shape::kList,
          .columns = {{.key = "old.count", .detail = true},
                      {.key = "old.shallow", .detail = true},
                      {.key = "new.count", .detail = true},
                      {.key = "new.shallow", .detail = true},
                      {"delta.shallow", "shallow"},
                      {"", "%"},
                      {"delta.count", "count"},
                      {"elements"},
                      {"type"},
                      {.key = "depth", .detail = true},
                      {.key = "parent", .detail = true},
                      {.key = "object", .detail = true},
                      {.key = "signature", .detail = true},
                      {.key = "path", .detail = true},
                      {"", "path"}}};
}

}  // namespace

HeapGrowth::HeapGrowth(const Heap& older, const Heap& newer)
    : HeapGrowth(older, newer, nullptr, nullptr) {}

HeapGrowth::HeapGrowth(const Heap& older, const Heap& newer, const NodeSet& of_older,
                       const NodeSet& of_newer)
    : HeapGrowth(older, newer, &of_older, &of_newer) {}

HeapGrowth::HeapGrowth(const Heap& older, const Heap& newer, const NodeSet* of_older,
                       const NodeSet* of_newer)
    : newer_(newer.graph()) {
  PathTree older_tree;
  parallel_for(2, newer.threads(), [&](std::size_t i) {
    const Graph& graph = i == 0 ? older.graph() : newer_;
    PathTree& tree = i == 0 ? older_tree : tree_;
    const NodeSet* const objects = i == 0 ? of_older : of_newer;
    tree = path_tree(graph);
    if (objects != nullptr) narrow(tree, graph, *objects);
  });
  growth_.add(older.graph(), older_tree);
  growth_.add(newer_, tree_);
}

Table HeapGrowth::table(std::size_t limit) const {
  const std::vector<Holder> holders = find_holders(growth_, 0, 1);
  const std::vector<NodeId> nodes = containers(newer_, tree_, growth_, holders);
  const GrowthTree grown = growth_tree(growth_, holders, 0, 1, limit);
  const std::vector<Measure>& all = growth_.steps().front().total;
  const std::int64_t whole = growth(all[0].shallow, all[1].shallow);
  Table table = empty_table();
  for (const GrowthRow& row : grown.rows) {
    const Holder* const holder = row.holder;
    const NodeId node =
        holder == nullptr ? kNoNode : nodes[static_cast<std::size_t>(holder - holders.data())];
    Cells cells = figures(row.series[0], row.series[1], whole);
    cells.push_back(holder == nullptr ? Cell() : Cell(CountChange{holder->count_growth}));
    cells.push_back(holder == nullptr ? Cell() : Cell(holder->type));
    cells.push_back(Number{static_cast<std::int64_t>(row.depth)});
    cells.push_back(row.parent == kNoRow ? Cell() : Cell(Number{static_cast<std::int64_t>(row.parent)}));
    cells.push_back(node == kNoNode ? Cell() : Cell(Object{newer_.address(node)}));
    cells.push_back(holder == nullptr ? Cell() : Cell(signature(holder->path, holder->type)));
    cells.push_back(holder == nullptr ? growth_.text(row.step) : holder->path);
    cells.push_back(indented(row.depth, row.text));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

void HeapGrowth::add_via(Table& table, const Difference& difference,
                         const std::vector<DifferenceRow>& rows, const Identity& same) const {
  const Classification& kinds = difference.newer.classification;
  std::vector<std::size_t> row_of(kinds.kind_count(), kNoRow);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].kind < row_of.size()) row_of[rows[i].kind] = i;
  }
  std::vector<PathCounts> counts(rows.size());
  for (NodeId id = 0; id < newer_.node_count(); ++id) {
    const KindId kind = kinds.kind_of(id);
    if (kind == kNoKind || same.older[id] != kNoNode || row_of[kind] == kNoRow) continue;
    ++counts[row_of[kind]][tree_.path_of[id]];
  }
  table.columns.push_back({"via", "held by"});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool is_new = rows[i].added > 0;
    const std::string text = is_new ? path_text(tree_, common_path(tree_, counts[i]).path) : "";
    table.rows[i].push_back(text.empty() ? Cell() : Cell(text));
  }
  for (std::optional<Cells>* const sums : {&table.others, &table.total}) {
    if (*sums) (*sums)->resize(table.columns.size());
  }
}

}  // namespace heapsnap
