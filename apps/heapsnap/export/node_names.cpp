#include "apps/heapsnap/export/node_names.h"

#include <fmt/format.h>

#include "apps/heapsnap/render/printable.h"
#include "libanalysis/describe.h"
#include "libanalysis/labels.h"
#include "libanalysis/threads.h"

namespace heapsnap {
namespace {

constexpr std::size_t kLongest = 1024;  // bytes of a text

DevToolsKind kind_of(const Graph& graph, TypeId id) {
  const TypeRecord& type = graph.type(id);
  if (type.layout == TypeLayout::kStructure) return DevToolsKind::kNative;
  if (type.layout == TypeLayout::kFunction) return DevToolsKind::kClosure;
  // A subclass of str is a class of the program's.
  const bool is_text = type.layout == TypeLayout::kStr || type.layout == TypeLayout::kBytes;
  return is_text && type.module == "builtins" ? DevToolsKind::kString : DevToolsKind::kObject;
}

// Up to kLongest bytes of a text, whole characters.
std::string_view beginning(std::string_view text) {
  if (text.size() <= kLongest) return text;
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

NodeNames::NodeNames(const Graph& graph) : graph_(graph) {
  for (TypeId id = 0; id < graph.type_count(); ++id) {
    kinds_.push_back(kind_of(graph, id));
    names_.push_back(graph.type_name(id));
    if (const NodeId node = graph.type_node(id); node != kNoNode) types_[node] = id;
  }
  name_structures();
}

void NodeNames::name_structures() {
  for (const InterpreterRecord& interpreter : graph_.structures().interpreters) {
    structures_[graph_.find(interpreter.address)] = fmt::format("interpreter {}", interpreter.id);
  }
  for (const ThreadInfo& thread : list_threads(graph_)) {
    structures_[thread.node] = fmt::format("thread {:#x} {}", thread.ident, thread.name);
    for (const FrameInfo& frame : thread.frames) {
      structures_[frame.node] = "frame " + frame_text(frame);
    }
  }
}

// <what 'name'>, or <what> if the snapshot lacks the name.
std::string NodeNames::own_name(NodeId id, const char* what,
                                std::string_view attribute_label) const {
  const NodeId name = attribute(graph_, id, attribute_label);
  const auto text = name == kNoNode ? std::nullopt : graph_.text(name);
  return text ? fmt::format("<{} {}>", what, *text) : fmt::format("<{}>", what);
}

std::string NodeNames::name(NodeId id) const {
  const TypeId type = graph_.type_of(id);
  switch (graph_.type(type).layout) {
    case TypeLayout::kStructure: {
      const auto at = structures_.find(id);
      return at == structures_.end() ? names_[type] : at->second;
    }
    case TypeLayout::kFunction: {
      const NodeId name = attribute(graph_, id, ".__qualname__");
      return std::string(name == kNoNode ? "" : graph_.text(name).value_or(""));
    }
    case TypeLayout::kType: {
      const auto at = types_.find(id);
      return at == types_.end() ? "<type>" : fmt::format("<type '{}'>", names_[at->second]);
    }
    case TypeLayout::kModule: {
      const std::string text = describe(graph_, id);
      return text.starts_with("<module ") ? text : names_[type];
    }
    case TypeLayout::kCode:
      return own_name(id, "code", ".co_name");
    default:
      break;
  }
  if (kinds_[type] != DevToolsKind::kString) return names_[type];
  const std::string shown = describe(graph_, id);
  const bool is_whole_str = shown[0] == '\'' || shown[0] == '"';
  return std::string(beginning(is_whole_str ? graph_.text(id).value_or("") : shown));
}

}  // namespace heapsnap
