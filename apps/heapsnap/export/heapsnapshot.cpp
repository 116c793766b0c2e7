// Nodes come first, then the edges of all nodes in the order of the nodes, then the strings that
// both refer to. Nodes are written and forgotten; only the strings are kept until the end.
//
// Before the nodes of the graph stand: the root, "(GC roots)", and one node for each kind of root.
// Behind them stand the continuations of large objects.
#include "apps/heapsnap/export/heapsnapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "apps/heapsnap/export/node_ids.h"
#include "apps/heapsnap/export/node_names.h"
#include "apps/heapsnap/export/string_table.h"
#include "apps/heapsnap/render/printable.h"
#include "libanalysis/labels.h"
#include "libanalysis/root_list.h"

namespace heapsnap {
namespace {

constexpr std::uint64_t kNodeFields = 7;
constexpr std::uint64_t kLargest = std::numeric_limits<std::uint32_t>::max();
constexpr RootKind kKinds[] = {RootKind::kThread,   RootKind::kInterpreter, RootKind::kStaticType,
                               RootKind::kImmortal, RootKind::kHeldByC,     RootKind::kUnreachable};
constexpr std::uint32_t kBefore = 2 + std::size(kKinds);  // nodes before those of the graph

constexpr const char* kMeta =
    R"({"node_fields":["type","name","id","self_size","edge_count","trace_node_id","detachedness"],)"
    R"("node_types":[["hidden","array","string","object","code","closure","regexp","number",)"
    R"("native","synthetic","concatenated string","sliced string","symbol","bigint",)"
    R"("object shape"],"string","number","number","number","number","number"],)"
    R"("edge_fields":["type","name_or_index","to_node"],)"
    R"("edge_types":[["context","element","property","internal","hidden","shortcut","weak"],)"
    R"("string_or_number","node"],)"
    R"("trace_function_info_fields":["function_id","name","script_name","script_id","line",)"
    R"("column"],"trace_node_fields":["id","function_info_index","count","size","children"],)"
    R"("sample_fields":["timestamp_us","last_assigned_id"],)"
    R"("location_fields":["object_index","script_id","line","column"]})";

// The numbers of the form.
enum class EdgeShape : std::uint8_t {
  kContext = 0,
  kElement = 1,
  kProperty = 2,
  kInternal = 3,
  kHidden = 4,
  kWeak = 6,
};

// An object whose size has no place in its own node.
struct Large {
  NodeId id = kNoNode;
  std::uint64_t parts() const { return (rest + kLargest - 1) / kLargest; }
  std::uint64_t rest = 0;  // bytes
};

class Text {
 public:
  Text(const Graph& graph, const Write& write)
      : graph_(graph), write_(write), names_(graph), ids_(graph, kBefore) {
    take_stock();
  }

  bool header();
  bool nodes();
  bool edges();
  bool strings();

 private:
  void take_stock();
  std::uint64_t ordinal(NodeId id) const { return kBefore + id - (id > graph_.root()); }
  std::size_t parts_of(NodeId id) const;

  bool node(DevToolsKind kind, std::string_view name, std::uint32_t id, std::uint64_t size,
            std::size_t edges);
  bool node(NodeId id);
  bool edge(EdgeShape shape, std::uint64_t name_or_index, std::uint64_t to_ordinal);
  bool named_edge(EdgeShape shape, std::string_view name, std::uint64_t to_ordinal) {
    return edge(shape, strings_.number_of(name), to_ordinal);
  }
  bool root_edges();
  bool root_edges(RootKind kind);
  std::string name_of(const Label& label) const;
  bool edge(const Label& label, NodeId to);
  bool edges_of(NodeId id);
  bool edges_to_parts(NodeId id);

  // Text leaves in pieces.
  bool put(std::string_view text) {
    constexpr std::size_t kPiece = std::size_t{1} << 16;
    text_ += text;
    return text_.size() < kPiece || pass_on();
  }
  bool pass_on() {
    const bool goes_on = write_(text_);
    text_.clear();
    return goes_on;
  }
  template <class... T>
  bool row(T... numbers) {
    if (!is_first_) text_ += ',';
    is_first_ = false;
    const char* separator = "";
    ((fmt::format_to(std::back_inserter(text_), "{}{}", separator, numbers), separator = ","), ...);
    return put("\n");
  }
  bool begin_list(const char* text) {
    is_first_ = true;
    return put(text);
  }

  const Graph& graph_;
  const Write& write_;
  const NodeNames names_;
  const NodeIds ids_;
  StringTable strings_;
  std::vector<Large> large_;  // by id
  std::uint64_t parts_ = 0;   // of all of them
  std::uint64_t weak_ = 0;    // edges
  std::uint64_t external_ = 0;
  std::string text_;
  bool is_first_ = true;
};

void Text::take_stock() {
  for (NodeId id = 0; id < graph_.node_count(); ++id) {
    weak_ += graph_.weak_referents(id).size();
    external_ += graph_.external(id);
    if (graph_.size(id) <= kLargest) continue;
    large_.push_back({.id = id, .rest = graph_.size(id) - kLargest});
    parts_ += large_.back().parts();
  }
}

std::size_t Text::parts_of(NodeId id) const {
  const auto at = std::ranges::lower_bound(large_, id, {}, &Large::id);
  return at == large_.end() || at->id != id ? 0 : at->parts();
}

bool Text::header() {
  const std::uint64_t nodes = kBefore + std::uint64_t{graph_.node_count()} - 1 + parts_;
  const std::uint64_t edges = 1 + std::size(kKinds) + graph_.roots().size() +
                              graph_.edge_count() + weak_ + parts_;
  return put(fmt::format(R"({{"snapshot":{{"meta":{},"node_count":{},"edge_count":{},)"
                         R"("trace_function_count":0,"extra_native_bytes":{}}},)",
                         kMeta, nodes, edges, external_));
}

bool Text::node(DevToolsKind kind, std::string_view name, std::uint32_t id, std::uint64_t size,
                std::size_t edges) {
  return row(static_cast<unsigned>(kind), strings_.number_of(name), id, size, edges, 0, 0);
}

bool Text::node(NodeId id) {
  const std::size_t edges =
      graph_.referents(id).size() + graph_.weak_referents(id).size() + parts_of(id);
  return node(names_.kind(id), names_.name(id), ids_[id], std::min(graph_.size(id), kLargest),
              edges);
}

bool Text::nodes() {
  std::uint32_t next = 1;
  const auto synthetic = [&](const std::string& name, std::size_t edges) {
    const bool goes_on = node(DevToolsKind::kSynthetic, name, next, 0, edges);
    next += 2;
    return goes_on;
  };
  begin_list("\"nodes\":[");
  if (!synthetic("", 1) || !synthetic("(GC roots)", std::size(kKinds))) return false;
  for (const RootKind kind : kKinds) {
    const auto count = std::ranges::count(graph_.roots(), kind, &RootEdge::kind);
    if (!synthetic(fmt::format("({})", root_kind_name(kind)), static_cast<std::size_t>(count))) {
      return false;
    }
  }
  for (NodeId id = 0; id < graph_.node_count(); ++id) {
    if (id != graph_.root() && !node(id)) return false;
  }
  std::uint32_t part_id = 0;  // even
  for (const Large& object : large_) {
    for (std::uint64_t rest = object.rest; rest > 0; rest -= std::min(rest, kLargest)) {
      if (!node(DevToolsKind::kNative, "(rest of a large object)", part_id += 2,
                std::min(rest, kLargest), 0)) {
        return false;
      }
    }
  }
  return put("],");
}

bool Text::edge(EdgeShape shape, std::uint64_t name_or_index, std::uint64_t to_ordinal) {
  return row(static_cast<unsigned>(shape), name_or_index, to_ordinal * kNodeFields);
}

bool Text::root_edges() {
  if (!edge(EdgeShape::kElement, 1, 1)) return false;
  for (std::uint32_t i = 0; i < std::size(kKinds); ++i) {
    if (!edge(EdgeShape::kElement, i, 2 + i)) return false;
  }
  return std::ranges::all_of(kKinds, [this](RootKind kind) { return root_edges(kind); });
}

bool Text::root_edges(RootKind kind) {
  std::uint64_t index = 0;
  for (const RootEdge& root : graph_.roots()) {
    if (root.kind != kind) continue;
    const std::string_view label = graph_.root_label(root);
    const std::uint64_t to = ordinal(root.target);
    if (!(label.empty() ? edge(EdgeShape::kElement, index++, to)
                        : named_edge(EdgeShape::kProperty, label, to))) {
      return false;
    }
  }
  return true;
}

// An attribute or local variable by its bare name, all else as paths print it.
std::string Text::name_of(const Label& label) const {
  const bool has_bare = label.kind == LabelKind::kAttribute || label.kind == LabelKind::kLocal;
  return has_bare && !label.name.empty() ? std::string(label.name) : label_text(graph_, label);
}

bool Text::edge(const Label& label, NodeId to) {
  const bool is_small = label.index <= kLargest;
  switch (label.kind) {
    case LabelKind::kItem:
      if (is_small) return edge(EdgeShape::kElement, label.index, ordinal(to));
      break;
    case LabelKind::kKey:
    case LabelKind::kElement:
      if (is_small) return edge(EdgeShape::kHidden, label.index, ordinal(to));
      break;
    case LabelKind::kAttribute:
    case LabelKind::kValue:
      return named_edge(EdgeShape::kProperty, name_of(label), ordinal(to));
    case LabelKind::kLocal:
      return named_edge(EdgeShape::kContext, name_of(label), ordinal(to));
    default:
      break;
  }
  return named_edge(EdgeShape::kInternal, name_of(label), ordinal(to));
}

bool Text::edges_of(NodeId id) {
  const auto referents = graph_.referents(id);
  for (std::size_t i = 0; i < referents.size(); ++i) {
    if (!edge(label_of(graph_, id, i), referents[i])) return false;
  }
  for (const WeakEdge& weak : graph_.weak_referents(id)) {
    if (!named_edge(EdgeShape::kWeak, name_of(label_of(graph_, weak)), ordinal(weak.target))) {
      return false;
    }
  }
  return edges_to_parts(id);
}

bool Text::edges_to_parts(NodeId id) {
  if (parts_of(id) == 0) return true;
  std::uint64_t to = ordinal(graph_.node_count());
  for (const Large& object : large_) {
    for (std::uint64_t part = 0; part < object.parts(); ++part, ++to) {
      if (object.id == id && !named_edge(EdgeShape::kInternal, "(rest)", to)) return false;
    }
  }
  return true;
}

bool Text::edges() {
  begin_list("\"edges\":[");
  if (!root_edges()) return false;
  for (NodeId id = 0; id < graph_.node_count(); ++id) {
    if (id != graph_.root() && !edges_of(id)) return false;
  }
  return put("],\"trace_function_infos\":[],\"trace_tree\":[],\"samples\":[],\"locations\":[],");
}

bool Text::strings() {
  begin_list("\"strings\":[");
  for (std::uint32_t i = 0; i < strings_.size(); ++i) {
    if (!put(i > 0 ? ",\n" : "\n") || !put(json_string(strings_[i]))) return false;
  }
  return put("]}\n") && pass_on();
}

}  // namespace

Result<void> fits_heapsnapshot(const Graph& graph) {
  constexpr std::uint64_t kMost = kLargest / kNodeFields - 1024;  // some are the form's own
  if (graph.node_count() <= kMost) return {};
  return failure(ErrorCode::kUsage,
                 fmt::format("a .heapsnapshot has room for {} objects, this snapshot has {}; try "
                             "--to jsonl", kMost, graph.node_count()));
}

void write_heapsnapshot(const Graph& graph, const Write& write) {
  Text text(graph, write);
  static_cast<void>(text.header() && text.nodes() && text.edges() && text.strings());
}

}  // namespace heapsnap
