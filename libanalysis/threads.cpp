#include "libanalysis/threads.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "libanalysis/labels.h"
#include "libanalysis/modules.h"

namespace heapsnap {
namespace {

std::string text_at(const Graph& graph, NodeId id, std::string_view label) {
  const NodeId text = attribute(graph, id, label);
  return text == kNoNode ? "" : std::string(graph.text(text).value_or(""));
}

// An int's value, or nothing.
std::optional<std::uint64_t> integer(const Graph& graph, NodeId id) {
  const auto value = graph.value(id);
  if (!value || value->layout != TypeLayout::kInt) return std::nullopt;
  return static_cast<std::uint64_t>(value->integer);
}

// The names in `threading._active`, a dict of the threads by ident.
void add_names(const Graph& graph, NodeId active, std::map<std::uint64_t, std::string>& names) {
  const auto referents = graph.referents(active);
  for (std::size_t i = 0; i < referents.size(); ++i) {
    const Label label = label_of(graph, active, i);
    if (label.kind != LabelKind::kValue) continue;
    const auto ident = integer(graph, label.key);
    if (ident) names.try_emplace(*ident, thread_name(graph, referents[i]));
  }
}

std::map<std::uint64_t, std::string> thread_names(const Graph& graph) {
  std::map<std::uint64_t, std::string> names;
  for (const ModuleInfo& module : list_modules(graph)) {
    if (module.name != "threading") continue;
    const NodeId active = item(graph, module.dict, "_active");
    if (active != kNoNode) add_names(graph, active, names);
  }
  return names;
}

FrameInfo frame_info(const Graph& graph, const FrameRecord& record) {
  FrameInfo frame{
      .node = graph.find(record.address), .code = graph.find(record.code), .line = record.line};
  if (frame.code == kNoNode) return frame;
  frame.file = text_at(graph, frame.code, ".co_filename");
  frame.function = text_at(graph, frame.code, ".co_qualname");
  if (frame.function.empty()) frame.function = text_at(graph, frame.code, ".co_name");
  return frame;
}

}  // namespace

std::string thread_name(const Graph& graph, NodeId thread) {
  std::string name = text_at(graph, thread, "._name");
  if (!name.empty()) return name;
  const NodeId dict = attribute(graph, thread, ".__dict__");
  const NodeId text = dict == kNoNode ? kNoNode : item(graph, dict, "_name");
  return text == kNoNode ? "" : std::string(graph.text(text).value_or(""));
}

std::vector<ThreadInfo> list_threads(const Graph& graph) {
  const auto names = thread_names(graph);
  std::vector<ThreadInfo> threads;
  for (const ThreadRecord& record : graph.structures().threads) {
    ThreadInfo thread{.node = graph.find(record.address),
                      .ident = record.ident,
                      .native_id = record.native_id,
                      .interpreter = record.interpreter,
                      .capturing = (record.flags & kThreadIsCapturing) != 0};
    const auto name = names.find(record.ident);
    if (name != names.end()) thread.name = name->second;
    const std::vector<FrameRecord>& frames = graph.structures().frames;
    auto frame = std::ranges::lower_bound(frames, record.address, {}, &FrameRecord::owner);
    for (; frame != frames.end() && frame->owner == record.address; ++frame) {
      thread.frames.push_back(frame_info(graph, *frame));
    }
    threads.push_back(std::move(thread));
  }
  return threads;
}

std::string frame_text(const FrameInfo& frame) {
  const std::string file = frame.file.empty() ? "?" : frame.file;
  const std::string function = frame.function.empty() ? "?" : frame.function;
  if (frame.line == 0) return fmt::format("{} {}()", file, function);
  return fmt::format("{}:{} {}()", file, frame.line, function);
}

}  // namespace heapsnap
