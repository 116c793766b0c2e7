#include "apps/heapsnap/export/jsonl.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <string>

#include "apps/heapsnap/render/printable.h"
#include "libanalysis/labels.h"
#include "libanalysis/root_list.h"

namespace heapsnap {
namespace {

std::string object_or_null(Address address) {
  return address == 0 ? "null" : fmt::format("\"@{:#x}\"", address);
}

class Lines {
 public:
  Lines(const Graph& graph, const Write& write) : graph_(graph), write_(write) {}

  bool header(const Origin& from);
  bool types();
  bool nodes();
  bool roots();
  bool end();

 private:
  template <class... T>
  void put(fmt::format_string<T...> format, T&&... values) {
    fmt::format_to(std::back_inserter(line_), format, std::forward<T>(values)...);
  }
  // Ends the line. Long lines leave in pieces.
  bool finish() {
    line_ += '\n';
    return pass_on();
  }
  bool pass_on() {
    const bool goes_on = write_(line_);
    line_.clear();
    return goes_on;
  }
  void put_value(NodeId id);
  void put_site(NodeId id);
  void put_text(const Value& value);
  bool put_edges(NodeId id);
  void put_weak_edges(NodeId id);
  void put_flags(NodeId id);

  const Graph& graph_;
  const Write& write_;
  std::string line_;
};

bool Lines::header(const Origin& from) {
  put(R"({{"record": "header", "schema": "heapsnap.jsonl/1", "file": {}, "complete": {}, )"
      R"("objects": {}, "shallow": {}, "python": {}, "pid": {}, "time": {}}})",
      json_string(from.file), from.complete, from.objects, from.shallow, json_string(from.python),
      from.pid ? std::to_string(*from.pid) : "null", json_string(from.time));
  return finish();
}

bool Lines::types() {
  for (TypeId id = 1; id < graph_.type_count(); ++id) {
    const TypeRecord& type = graph_.type(id);
    if (type.layout == TypeLayout::kStructure) continue;
    put(R"({{"record": "type", "id": {}, "name": {}, "object": {}, "base": {}, )"
        R"("metatype": {}, "basicsize": {}, "itemsize": {}}})",
        id, json_string(graph_.type_name(id)), object_or_null(type.address),
        object_or_null(type.base), object_or_null(type.metatype), type.basicsize, type.itemsize);
    if (!finish()) return false;
  }
  return true;
}

bool Lines::nodes() {
  for (NodeId id = 0; id < graph_.node_count(); ++id) {
    if (id == graph_.root()) continue;
    put(R"({{"record": "node", "object": "@{:#x}", "structure": {}, "type": {}, "type_id": {}, )"
        R"("shallow": {})",
        graph_.address(id), !graph_.is_object(id),
        json_string(graph_.type_name(graph_.type_of(id))), graph_.type_of(id), graph_.size(id));
    if (const std::uint64_t refcount = graph_.refcount(id); refcount != 0) {
      put(R"(, "refcount": {})", refcount);
    }
    if (const std::uint64_t bytes = graph_.external(id); bytes != 0) {
      put(R"(, "external": {})", bytes);
    }
    put_flags(id);
    put_value(id);
    put_site(id);
    if (!put_edges(id)) return false;
    put_weak_edges(id);
    line_ += '}';
    if (!finish()) return false;
  }
  return true;
}

void Lines::put_flags(NodeId id) {
  if (graph_.flags(id) & kTracked) put(R"(, "tracked": true)");
  if (graph_.flags(id) & kFrozen) put(R"(, "frozen": true)");
  if (graph_.flags(id) & kUnread) put(R"(, "unread": true)");
}

void Lines::put_text(const Value& value) {
  put(R"(, "length": {})", value.length);
  if (value.form == TextForm::kHash) put(R"(, "hash": "{:016x}")", value.hash);
  if (value.form == TextForm::kText) put(R"(, "text": {})", json_string(value.text));
}

void Lines::put_value(NodeId id) {
  const std::optional<Value> value = graph_.value(id);
  if (!value) return;
  switch (value->layout) {
    case TypeLayout::kStr:
    case TypeLayout::kBytes:
      put_text(*value);
      break;
    case TypeLayout::kInt:
      put(R"(, "value": {})", value->integer);
      break;
    case TypeLayout::kBool:
      put(R"(, "value": {})", value->integer != 0);
      break;
    case TypeLayout::kFloat:
      if (std::isfinite(value->real)) put(R"(, "value": {})", value->real);
      break;
    case TypeLayout::kCode:
      put(R"(, "line": {})", value->integer);
      break;
    default:
      break;
  }
}

void Lines::put_site(NodeId id) {
  const SiteId site = graph_.site_of(id);
  if (site == kNoSite) return;
  const SourceLine& at = graph_.sites()[site];
  put(R"(, "alloc": {{"file": {}, "line": {}}})", json_string(at.file), at.line);
}

bool Lines::put_edges(NodeId id) {
  constexpr std::size_t kPiece = std::size_t{1} << 16;
  put(R"(, "edges": [)");
  const auto referents = graph_.referents(id);
  for (std::size_t i = 0; i < referents.size(); ++i) {
    put(R"({}{{"label": {}, "object": "@{:#x}"}})", i > 0 ? ", " : "",
        json_string(label_text(graph_, label_of(graph_, id, i))), graph_.address(referents[i]));
    if (line_.size() > kPiece && !pass_on()) return false;
  }
  line_ += ']';
  return true;
}

void Lines::put_weak_edges(NodeId id) {
  const auto weak = graph_.weak_referents(id);
  if (weak.empty()) return;
  put(R"(, "weak": [)");
  for (std::size_t i = 0; i < weak.size(); ++i) {
    put(R"({}{{"label": {}, "object": "@{:#x}"}})", i > 0 ? ", " : "",
        json_string(label_text(graph_, label_of(graph_, weak[i]))), graph_.address(weak[i].target));
  }
  line_ += ']';
}

bool Lines::roots() {
  for (const RootEdge& edge : graph_.roots()) {
    put(R"({{"record": "root", "kind": "{}", "label": {}, "object": "@{:#x}"}})",
        root_kind_name(edge.kind), json_string(graph_.root_label(edge)),
        graph_.address(edge.target));
    if (!finish()) return false;
  }
  return true;
}

bool Lines::end() {
  put(R"({{"record": "end", "objects": {}, "nodes": {}, "edges": {}, "roots": {}}})",
      graph_.object_count(), graph_.node_count() - 1, graph_.edge_count(), graph_.roots().size());
  return finish();
}

}  // namespace

void write_jsonl(const Graph& graph, const Origin& from, const Write& write) {
  Lines lines(graph, write);
  static_cast<void>(lines.header(from) && lines.types() && lines.nodes() && lines.roots() &&
                    lines.end());
}

}  // namespace heapsnap
