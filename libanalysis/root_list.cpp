#include "libanalysis/root_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "libanalysis/labels.h"

namespace heapsnap {
namespace {

class RootRows {
 public:
  explicit RootRows(const Graph& graph) : graph_(graph) {}

  void add(const RootEdge& edge) {
    if (edge.kind != RootKind::kThread && edge.kind != RootKind::kInterpreter) {
      return add(edge.kind, "", edge.target);
    }
    if (graph_.is_object(edge.target)) {
      return add(edge.kind, std::string(graph_.root_label(edge)), edge.target);
    }
    const std::string name = name_of(edge.target);
    const auto referents = graph_.referents(edge.target);
    for (std::size_t i = 0; i < referents.size(); ++i) {
      const std::string label = label_text(graph_, label_of(graph_, edge.target, i));
      add(edge.kind, fmt::format("{}_{}", name, bare(label)), referents[i]);
    }
  }

  std::vector<RootRow> rows() && {
    std::ranges::stable_sort(rows_, {}, &RootRow::kind);
    return std::move(rows_);
  }

 private:
  void add(RootKind kind, const std::string& label, NodeId target) {
    const auto [place, is_new] = places_.try_emplace({kind, label}, rows_.size());
    if (is_new) rows_.push_back({.kind = kind, .label = label});
    RootRow& row = rows_[place->second];
    row.target = is_new ? target : kNoNode;
    ++row.count;
    row.shallow += graph_.size(target);
  }

  static std::string_view bare(std::string_view label) {
    if (label.starts_with("->")) return label.substr(2);
    return label.substr(label.starts_with('.'));
  }

  // i0 of an interpreter, i0_t140234 of a thread.
  std::string name_of(NodeId structure) const {
    const Address address = graph_.address(structure);
    for (const ThreadRecord& thread : graph_.structures().threads) {
      if (thread.address != address) continue;
      return fmt::format("{}_t{:#x}", interpreter_name(thread.interpreter), thread.ident);
    }
    return interpreter_name(address);
  }

  std::string interpreter_name(Address address) const {
    for (const InterpreterRecord& interpreter : graph_.structures().interpreters) {
      if (interpreter.address == address) return fmt::format("i{}", interpreter.id);
    }
    return fmt::format("{:#x}", address);
  }

  const Graph& graph_;
  std::vector<RootRow> rows_;
  std::map<std::pair<RootKind, std::string>, std::size_t> places_;
};

}  // namespace

std::string_view root_kind_name(RootKind kind) {
  switch (kind) {
    case RootKind::kThread:
      return "thread";
    case RootKind::kInterpreter:
      return "interpreter";
    case RootKind::kStaticType:
      return "static-type";
    case RootKind::kImmortal:
      return "immortal";
    case RootKind::kHeldByC:
      return "held-by-c";
    case RootKind::kUnreachable:
      return "unreachable";
  }
  return "unknown";
}

std::vector<RootRow> list_roots(const Graph& graph) {
  RootRows rows(graph);
  for (const RootEdge& edge : graph.roots()) rows.add(edge);
  return std::move(rows).rows();
}

}  // namespace heapsnap
