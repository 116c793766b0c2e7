#include "libanalysis/path_text.h"

#include <fmt/format.h>

#include "libanalysis/describe.h"
#include "libanalysis/dict_owners.h"
#include "libanalysis/python_literal.h"
#include "libanalysis/root_list.h"
#include "libanalysis/threads.h"

namespace heapsnap {
namespace {

std::string local_text(const Graph& graph, const Label& label) {
  if (label.prefix == ".f_locals" && is_identifier(label.name)) return fmt::format(".{}", label.name);
  return label_text(graph, label);
}

// The modules, or the namespace of a module, that an interpreter holds.
std::string_view held_by_interpreter(std::string_view label) {
  const std::string_view name = label.substr(label.find_first_not_of("->."));
  if (name == "modules") return "sys.modules";
  if (name == "sysdict") return "sys";
  if (name == "builtins") return "builtins";
  return "";
}

}  // namespace

std::string shortest_path_text(const Graph& graph, const PathTexts& texts, NodeId id) {
  NodeSet target(graph.node_count());
  target.insert(id);
  const std::vector<Path> paths = shortest_paths(graph, {.to = std::move(target)}).first(1);
  return paths.empty() ? std::string() : texts.of(paths.front());
}

std::string root_text(const Graph& graph, std::size_t position) {
  const RootEdge& edge = graph.roots()[position];
  const std::string_view label = graph.root_label(edge), kind = root_kind_name(edge.kind);
  return label.empty() ? std::string(kind) : fmt::format("{} {}", kind, label);
}

std::string step_text(const Graph& graph, const Step& step) {
  if (step.source == graph.root()) return root_text(graph, step.position);
  return label_text(graph, label_of(graph, step.source, step.position));
}

PathTexts::PathTexts(const Graph& graph) : graph_(graph) {
  const auto& interpreters = graph.structures().interpreters;
  for (const InterpreterRecord& interpreter : interpreters) {
    const NodeId id = graph.find(interpreter.address);
    if (id == kNoNode) continue;
    structures_[id] = fmt::format("interpreter {}", interpreter.id);
  }
  for (const ThreadInfo& thread : list_threads(graph)) {
    std::string name = fmt::format("thread {:#x}", thread.ident);
    if (!thread.name.empty()) name += " " + thread.name;
    for (const FrameInfo& frame : thread.frames) {
      if (frame.node != kNoNode) structures_[frame.node] = frame_text(frame);
    }
    if (thread.node != kNoNode) structures_[thread.node] = std::move(name);
  }
}

std::string PathTexts::root(const Step& step) const {
  return root_text(graph_, step.position) + " " + describe(graph_, step.target);
}

// The text of the first steps, and how many they are.
std::size_t PathTexts::begin(const Path& path, std::string& text) const {
  const Step& first = path.front();
  if (first.source != graph_.root()) {
    const auto name = structures_.find(first.source);
    text = name != structures_.end() ? name->second : describe(graph_, first.source);
    return 0;
  }
  const auto holder = structures_.find(first.target);
  if (holder == structures_.end()) {
    text = root(first);
    return 1;
  }
  text = holder->second;
  if (path.size() == 1) return 1;
  const Step& second = path[1];
  const auto frame = structures_.find(second.target);
  if (frame != structures_.end()) {
    text += ": " + frame->second;
    return 2;
  }
  const std::string label = step_text(graph_, second);
  const std::string_view known = held_by_interpreter(label);
  if (graph_.roots()[first.position].kind != RootKind::kInterpreter || known.empty()) return 1;
  text = text == "interpreter 0" ? std::string(known) : text + ": " + std::string(known);
  return 2;
}

std::string PathTexts::of(const Path& path) const {
  std::string text;
  if (path.empty()) return text;
  std::size_t i = begin(path, text);
  // The namespace of a module that the beginning names already.
  bool in_namespace = i == 2 && (text.ends_with("sys") || text.ends_with("builtins"));
  if (in_namespace && path.size() == 2) return text + ".__dict__";
  for (; i < path.size(); ++i) {
    const Label label = label_of(graph_, path[i].source, path[i].position);
    const bool is_dict = label.kind == LabelKind::kAttribute && label.name == "__dict__";
    if (!in_namespace && is_dict && i + 1 < path.size()) {
      in_namespace = true;
      continue;
    }
    std::string part = label.kind == LabelKind::kLocal ? local_text(graph_, label)
                                                       : label_text(graph_, label);
    if (in_namespace) {
      const std::string name = attribute_text(graph_, label);
      part = name.empty() ? ".__dict__" + part : name;
      in_namespace = false;
    }
    text += part;
  }
  return text;
}

}  // namespace heapsnap
