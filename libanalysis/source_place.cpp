#include "libanalysis/source_place.h"

#include <algorithm>
#include <string_view>

#include "libanalysis/labels.h"
#include "libanalysis/path_roots.h"
#include "libanalysis/threads.h"

namespace heapsnap {
namespace {

std::string text_at(const Graph& graph, NodeId id, std::string_view label) {
  const NodeId text = attribute(graph, id, label);
  return text == kNoNode ? "" : std::string(graph.text(text).value_or(""));
}

std::optional<SourcePlace> place_of_code(const Graph& graph, NodeId code, std::string owner) {
  const auto value = code == kNoNode ? std::nullopt : graph.value(code);
  std::string file = code == kNoNode ? "" : text_at(graph, code, ".co_filename");
  if (!value || value->layout != TypeLayout::kCode || file.empty()) return std::nullopt;
  const auto line = static_cast<std::uint64_t>(std::max<std::int64_t>(value->integer, 1));
  return SourcePlace{std::move(file), line, std::move(owner)};
}

std::optional<SourcePlace> place_of_function(const Graph& graph, NodeId function) {
  return place_of_code(graph, attribute(graph, function, ".__code__"),
                       "function " + text_at(graph, function, ".__qualname__"));
}

// The function that a name of a class stands for, or kNoNode.
NodeId function_of(const Graph& graph, NodeId member) {
  const auto is_function = [&graph](NodeId id) {
    return id != kNoNode && graph.type(graph.type_of(id)).layout == TypeLayout::kFunction;
  };
  if (member >= graph.container_count() || is_function(member)) {
    return is_function(member) ? member : kNoNode;
  }
  const std::string& type = graph.type(graph.type_of(member)).qualname;
  if (type != "staticmethod" && type != "classmethod" && type != "property") return kNoNode;
  const NodeId inner = attribute(graph, member, type == "property" ? ".fget" : ".__func__");
  return is_function(inner) ? inner : kNoNode;
}

std::optional<SourcePlace> place_of_class(const Graph& graph, NodeId id, const std::string& name) {
  const NodeId names = attribute(graph, id, ".__dict__");
  if (names == kNoNode || names >= graph.container_count()) return std::nullopt;
  const std::string own = text_at(graph, id, "->ht_qualname") + ".";
  std::optional<SourcePlace> first;
  for (const NodeId member : graph.referents(names)) {
    const NodeId function = function_of(graph, member);
    // Not what was put into the class from elsewhere.
    if (function == kNoNode) continue;
    if (own != "." && !text_at(graph, function, ".__qualname__").starts_with(own)) continue;
    const auto place = place_of_function(graph, function);
    if (place && (!first || place->line < first->line)) first = place;
  }
  if (first) first->owner = "class " + name;
  return first;
}

std::optional<SourcePlace> place_of_module(const Graph& graph, NodeId module) {
  const NodeId names = attribute(graph, module, ".__dict__");
  const NodeId file = names == kNoNode ? kNoNode : item(graph, names, "__file__");
  const NodeId name = names == kNoNode ? kNoNode : item(graph, names, "__name__");
  if (file == kNoNode || !graph.text(file)) return std::nullopt;
  const std::string text = name == kNoNode ? "" : std::string(graph.text(name).value_or(""));
  return SourcePlace{std::string(*graph.text(file)), 1, "module " + text};
}

// Of what functools.wraps(), lru_cache() and the like have made of a function.
std::optional<SourcePlace> place_of_wrapped(const Graph& graph, NodeId id) {
  const NodeId names = attribute(graph, id, ".__dict__");
  const NodeId function = names == kNoNode ? kNoNode : item(graph, names, "__wrapped__");
  return function == kNoNode ? std::nullopt : place_of_function(graph, function);
}

// By frame of a thread, the function that it runs.
std::optional<SourcePlace> place_of_frame(const Graph& graph, NodeId id) {
  for (const ThreadInfo& thread : list_threads(graph)) {
    for (const FrameInfo& frame : thread.frames) {
      if (frame.node == id) return place_of_code(graph, frame.code, "function " + frame.function);
    }
  }
  return std::nullopt;
}

// What the standard library's files begin with; empty: unknown.
std::string library_folder(const Graph& graph, const PathTree& tree) {
  for (NodeId id = 0; id < graph.container_count(); ++id) {
    if (graph.type(graph.type_of(id)).layout != TypeLayout::kModule) continue;
    if (path_text(tree, tree.path_of[id]) != "os") continue;
    const auto place = place_of_module(graph, id);
    return place ? place->file.substr(0, place->file.rfind('/') + 1) : "";
  }
  return "";
}

bool is_of_program(const SourcePlace& place, const std::string& library) {
  if (place.file.starts_with('<')) return false;
  const bool in_library = !library.empty() && place.file.starts_with(library);
  return !in_library || place.file.find("/site-packages/") != std::string::npos;
}

}  // namespace

std::optional<SourcePlace> source_place(const Graph& graph, NodeId id) {
  if (id >= graph.container_count()) return std::nullopt;
  const TypeRecord& type = graph.type(graph.type_of(id));
  switch (type.layout) {
    case TypeLayout::kFunction:
      return place_of_function(graph, id);
    case TypeLayout::kModule:
      return place_of_module(graph, id);
    case TypeLayout::kType:
      return place_of_class(graph, id, text_at(graph, id, "->ht_qualname"));
    case TypeLayout::kStructure:
      return place_of_frame(graph, id);
    default:
      break;
  }
  if (auto place = place_of_wrapped(graph, id)) return place;
  const NodeId own_type = graph.type_node(graph.type_of(id));
  if (own_type == kNoNode || own_type >= graph.container_count()) return std::nullopt;
  return place_of_class(graph, own_type, common_type_name(graph, graph.type_of(id)));
}

std::vector<std::optional<SourcePlace>> source_places(const Graph& graph, const PathTree& tree,
                                                      std::span<const PathId> paths) {
  std::vector<bool> wanted(tree.steps.size());
  for (const PathId path : paths) {
    for (PathId at = path; at != kTopPath && !wanted[at]; at = tree.steps[at].parent) {
      wanted[at] = true;
    }
  }
  std::vector<NodeId> one_of(tree.steps.size(), kNoNode);
  for (NodeId id = 0; id < graph.container_count(); ++id) {
    const PathId path = tree.path_of[id];
    if (wanted[path] && one_of[path] == kNoNode) one_of[path] = id;
  }
  const std::string library = library_folder(graph, tree);
  std::vector<std::optional<SourcePlace>> places(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    for (PathId at = paths[i]; at != kTopPath; at = tree.steps[at].parent) {
      const auto place = one_of[at] == kNoNode ? std::nullopt : source_place(graph, one_of[at]);
      if (!place) continue;
      if (!places[i]) places[i] = place;
      if (!is_of_program(*place, library)) continue;
      places[i] = place;
      break;
    }
  }
  return places;
}

std::optional<SourcePlace> source_place(const Graph& graph, const PathTree& tree, PathId path) {
  return source_places(graph, tree, std::span(&path, 1)).front();
}

}  // namespace heapsnap
