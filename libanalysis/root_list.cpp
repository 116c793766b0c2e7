#include "libanalysis/root_list.h"

#include <map>
#include <utility>

namespace heapsnap {

std::string_view root_kind_name(RootKind kind) {
  switch (kind) {
    case RootKind::kThread: return "thread";
    case RootKind::kInterpreter: return "interpreter";
    case RootKind::kStaticType: return "static-type";
    case RootKind::kImmortal: return "immortal";
    case RootKind::kHeldByC: return "held-by-c";
    case RootKind::kUnreachable: return "unreachable";
  }
  return "unknown";
}

std::vector<RootRow> list_roots(const Graph& graph) {
  std::map<std::pair<RootKind, std::uint32_t>, RootRow> rows;  // labels are in recorded order
  for (const RootEdge& edge : graph.roots()) {
    const bool is_named = edge.kind == RootKind::kThread || edge.kind == RootKind::kInterpreter;
    const std::uint32_t label = is_named ? edge.label : 0;
    const auto [at, is_new] = rows.try_emplace({edge.kind, label});
    RootRow& row = at->second;
    row.target = is_new ? edge.target : kNoNode;
    ++row.count;
    row.shallow += graph.size(edge.target);
    if (!is_new) continue;
    row.kind = edge.kind;
    if (is_named) row.label = graph.root_label(edge);
  }
  std::vector<RootRow> list;
  for (auto& [key, row] : rows) list.push_back(std::move(row));
  return list;
}

}  // namespace heapsnap
