#include "libanalysis/path_roots.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "libanalysis/describe.h"
#include "libanalysis/labels.h"
#include "libanalysis/threads.h"

namespace heapsnap {
namespace {

std::string interpreter_name(const InterpreterRecord& interpreter) {
  return interpreter.id == 0 ? "interpreter" : "interpreter *";
}

NodeId modules_of(const Graph& graph, NodeId interpreter) {
  const auto referents = graph.referents(interpreter);
  for (std::size_t i = 0; i < referents.size(); ++i) {
    const std::string_view name = label_of(graph, interpreter, i).name;
    if (name.ends_with("modules") && name.find_first_not_of(".->") == name.size() - 7) {
      return referents[i];
    }
  }
  return kNoNode;
}

void add_modules(const Graph& graph, const InterpreterRecord& interpreter, PathRoots& roots) {
  const NodeId node = graph.find(interpreter.address);
  const NodeId modules = node == kNoNode ? kNoNode : modules_of(graph, node);
  if (modules == kNoNode) return;
  const std::string prefix = interpreter.id == 0 ? "" : interpreter_name(interpreter) + ": ";
  const auto referents = graph.referents(modules);
  for (std::size_t i = 0; i < referents.size(); ++i) {
    const Label label = label_of(graph, modules, i);
    if (label.kind != LabelKind::kValue || label.key == kNoNode) continue;
    if (graph.type(graph.type_of(referents[i])).layout == TypeLayout::kNone) continue;
    const auto text = graph.text(label.key);
    std::string name = text ? std::string(*text) : describe(graph, label.key);
    roots.push_back({{prefix + std::move(name), false}, referents[i]});
  }
}

// Runs of digits count what came before: Thread-7 (work) is Thread-* (work).
std::string without_digits(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit) result += c;
    if (is_digit && !result.ends_with('*')) result += '*';
  }
  return result;
}

std::string_view last_part(std::string_view file) { return file.substr(file.rfind('/') + 1); }

PathRoots interpreters(const Graph& graph) {
  PathRoots roots;
  for (const InterpreterRecord& interpreter : graph.structures().interpreters) {
    const NodeId node = graph.find(interpreter.address);
    if (node != kNoNode) roots.push_back({{interpreter_name(interpreter), true}, node});
  }
  return roots;
}

PathRoots threads(const Graph& graph) {
  PathRoots roots;
  for (const ThreadInfo& thread : list_threads(graph)) {
    if (thread.node == kNoNode) continue;
    const std::string name = thread.name.empty() ? "" : " " + without_digits(thread.name);
    roots.push_back({{"thread" + name, true}, thread.node});
  }
  return roots;
}

// The objects that root edges of a kind lead to.
PathRoots derived(const Graph& graph, RootKind kind, std::string_view why) {
  PathRoots roots;
  for (const RootEdge& edge : graph.roots()) {
    if (edge.kind != kind || !graph.is_object(edge.target)) continue;
    roots.push_back({outside_label(graph, why, edge.target), edge.target});
  }
  std::ranges::stable_sort(roots, {}, [](const PathRoot& root) { return root.label.text; });
  return roots;
}

PathRoots static_types(const Graph& graph) {
  PathRoots roots = derived(graph, RootKind::kStaticType, "");
  std::unordered_map<NodeId, std::string> names;
  for (TypeId type = 1; type < graph.type_count(); ++type) {
    names[graph.type_node(type)] = common_type_name(graph, type);
  }
  for (PathRoot& root : roots) {
    const auto name = names.find(root.target);
    root.label = {"(static type) " + (name == names.end() ? "?" : name->second), false};
  }
  std::ranges::stable_sort(roots, {}, [](const PathRoot& root) { return root.label.text; });
  return roots;
}

}  // namespace

std::vector<PathRoots> path_roots(const Graph& graph) {
  PathRoots modules;
  for (const InterpreterRecord& interpreter : graph.structures().interpreters) {
    add_modules(graph, interpreter, modules);
  }
  PathRoots others = derived(graph, RootKind::kInterpreter, "(interpreter)");
  std::ranges::move(interpreters(graph), std::back_inserter(others));
  PathRoots running = threads(graph);
  std::ranges::move(derived(graph, RootKind::kThread, "(thread)"), std::back_inserter(running));
  return {std::move(modules),
          std::move(others),
          std::move(running),
          static_types(graph),
          derived(graph, RootKind::kImmortal, "(immortal)"),
          derived(graph, RootKind::kHeldByC, "(held by C)")};
}

GeneralLabel outside_label(const Graph& graph, std::string_view why, NodeId id) {
  return {fmt::format("{} {}", why, common_type_name(graph, graph.type_of(id))), true};
}

std::unordered_map<NodeId, GeneralLabel> frame_labels(const Graph& graph) {
  std::unordered_map<NodeId, GeneralLabel> labels;
  for (const ThreadInfo& thread : list_threads(graph)) {
    for (FrameInfo frame : thread.frames) {
      if (frame.node == kNoNode) continue;
      frame.line = 0;
      frame.file = last_part(frame.file);
      labels[frame.node] = {": " + frame_text(frame), true};
    }
  }
  return labels;
}

std::string common_type_name(const Graph& graph, TypeId type) {
  const TypeRecord& record = graph.type(type);
  if (record.module.empty() || record.module == "builtins") return record.qualname;
  return record.module + "." + record.qualname;
}

bool is_home(const Graph& graph, const std::string& module, NodeId dict, NodeId id) {
  const TypeRecord& type = graph.type(graph.type_of(id));
  if (type.layout == TypeLayout::kFunction) return attribute(graph, id, ".__globals__") == dict;
  if (type.layout != TypeLayout::kType) return type.module == module && module != "builtins";
  // Not the record of the class itself: there is none where it has no instances.
  const NodeId names = attribute(graph, id, ".__dict__");
  const NodeId name = names == kNoNode ? kNoNode : item(graph, names, "__module__");
  return name == kNoNode || graph.text(name) == module;
}

}  // namespace heapsnap
