#include "apps/heapsnap/export/dot.h"

#include <fmt/format.h>

#include <map>
#include <utility>
#include <vector>

#include "apps/heapsnap/export/node_names.h"
#include "apps/heapsnap/render/cell_text.h"
#include "apps/heapsnap/render/printable.h"
#include "libanalysis/describe.h"
#include "libanalysis/labels.h"
#include "libanalysis/root_list.h"

namespace heapsnap {
namespace {

constexpr std::size_t kLongest = 60;  // characters of a line
constexpr std::size_t kLabels = 3;    // of an arrow

// One line of the target's text, whatever it holds.
std::string shortened(std::string_view text) {
  const std::string line = printable(text);
  std::size_t characters = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(line[i]) & 0xC0) != 0x80;
    if (begins && ++characters > kLongest) return line.substr(0, i) + "...";
  }
  return line;
}

std::string size_text(std::uint64_t bytes) { return cell_text(Bytes{bytes}, Sizes::kHuman); }

class Drawing {
 public:
  Drawing(const Heap& heap, const NodeSet& set, const Neighbourhood& drawn, const Write& write)
      : heap_(heap), graph_(heap.graph()), names_(graph_), set_(set), drawn_(drawn),
        is_drawn_(graph_.node_count()), write_(write) {
    for (const NodeId id : drawn.nodes) is_drawn_.insert(id);
  }

  bool begin(const std::string& title) {
    return write_(fmt::format("digraph heapsnap {{\n"
                              "  rankdir=LR;\n"
                              "  label={};\n"
                              "  node [shape=box, fontname=\"sans-serif\", fontsize=10];\n"
                              "  edge [fontname=\"sans-serif\", fontsize=9];\n",
                              dot_string(title)));
  }
  bool nodes();
  bool arrows();
  bool roots();
  bool end() { return write_("}\n"); }

 private:
  using Labels = std::vector<std::string>;

  std::string node_text(NodeId id) const;
  bool arrows(NodeId from, const std::map<NodeId, Labels>& to, const char* style);
  static std::string text_of(const Labels& labels);

  const Heap& heap_;
  const Graph& graph_;
  const NodeNames names_;
  const NodeSet& set_;
  const Neighbourhood& drawn_;
  NodeSet is_drawn_;
  const Write& write_;
};

// Its type, what it is if that says more, its address, its sizes.
std::string Drawing::node_text(NodeId id) const {
  if (!graph_.is_object(id)) return shortened(names_.name(id));
  const std::string type = graph_.type_name(graph_.type_of(id));
  const std::string value = describe(graph_, id);
  std::string text = shortened(type);
  if (value != fmt::format("<{} object at {:#x}>", type, graph_.address(id))) {
    text += "\n" + shortened(value);
  }
  return text + fmt::format("\n{}\n{}, retains {}", object_name(graph_, id),
                            size_text(graph_.size(id)),
                            size_text(heap_.dominators().retained[id]));
}

bool Drawing::nodes() {
  for (const NodeId id : drawn_.nodes) {
    const char* const style = set_.contains(id) ? ", style=filled, fillcolor=lightyellow" : "";
    if (!write_(fmt::format("  \"{:#x}\" [label={}{}];\n", graph_.address(id),
                            dot_string(node_text(id)), style))) {
      return false;
    }
  }
  return true;
}

std::string Drawing::text_of(const Labels& labels) {
  std::string text;
  for (std::size_t i = 0; i < labels.size() && i < kLabels; ++i) {
    text += (i > 0 ? "\n" : "") + shortened(labels[i]);
  }
  if (labels.size() > kLabels) text += fmt::format("\n{} more", labels.size() - kLabels);
  return text;
}

bool Drawing::arrows(NodeId from, const std::map<NodeId, Labels>& to, const char* style) {
  for (const auto& [target, labels] : to) {
    if (!write_(fmt::format("  \"{:#x}\" -> \"{:#x}\" [label={}{}];\n", graph_.address(from),
                            graph_.address(target), dot_string(text_of(labels)), style))) {
      return false;
    }
  }
  return true;
}

bool Drawing::arrows() {
  for (const NodeId id : drawn_.nodes) {
    std::map<NodeId, Labels> strong, weak;
    const auto referents = graph_.referents(id);
    for (std::size_t i = 0; i < referents.size(); ++i) {
      if (!is_drawn_.contains(referents[i])) continue;
      strong[referents[i]].push_back(label_text(graph_, label_of(graph_, id, i)));
    }
    for (const WeakEdge& edge : graph_.weak_referents(id)) {
      if (!is_drawn_.contains(edge.target)) continue;
      weak[edge.target].push_back(label_text(graph_, label_of(graph_, edge)));
    }
    if (!arrows(id, strong, "") || !arrows(id, weak, ", style=dashed")) return false;
  }
  return true;
}

bool Drawing::roots() {
  std::map<std::pair<RootKind, NodeId>, Labels> found;
  for (const RootEdge& root : graph_.roots()) {
    if (!is_drawn_.contains(root.target)) continue;
    Labels& labels = found[{root.kind, root.target}];
    if (!graph_.root_label(root).empty()) labels.emplace_back(graph_.root_label(root));
  }
  for (const auto& [edge, labels] : found) {
    const std::string_view kind = root_kind_name(edge.first);
    if (!write_(fmt::format("  \"{0}\" [label=\"{0}\", shape=ellipse];\n"
                            "  \"{0}\" -> \"{1:#x}\" [label={2}];\n",
                            kind, graph_.address(edge.second), dot_string(text_of(labels))))) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string dot_string(std::string_view text) {
  std::string out = "\"";
  while (true) {
    const std::size_t end = text.find('\n');
    for (const char c : printable(text.substr(0, end))) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
      if (c == '&') out += "amp;";  // else it would begin an entity
    }
    if (end == text.npos) break;
    out += "\\n";
    text.remove_prefix(end + 1);
  }
  return out += '"';
}

void write_dot(const Heap& heap, const NodeSet& set, const Neighbourhood& drawn,
               const std::string& title, const Write& write) {
  Drawing drawing(heap, set, drawn, write);
  static_cast<void>(drawing.begin(title) && drawing.nodes() && drawing.arrows() &&
                    drawing.roots() && drawing.end());
}

}  // namespace heapsnap
