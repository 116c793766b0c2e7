#include "libanalysis/describe.h"

#include <fmt/format.h>

#include "libanalysis/labels.h"
#include "libanalysis/python_literal.h"

namespace heapsnap {
namespace {

// A text that is not there, or not all of it: <str 12 #a1b2c3>, <str 12 'begins'...>
std::string absent_text(const std::string& type, const Value& value, std::string_view prefix) {
  if (value.form == TextForm::kText) {
    return fmt::format("<{} {} {}{}...>", type, value.length, prefix, quoted(value.text));
  }
  if (value.form == TextForm::kHash) {
    return fmt::format("<{} {} #{:06x}>", type, value.length, value.hash >> 40);
  }
  return fmt::format("<{} {}>", type, value.length);
}

std::string text_value(const Graph& graph, NodeId id, const Value& value) {
  const bool is_bytes = value.layout == TypeLayout::kBytes;
  const std::string_view prefix = is_bytes ? "b" : "";
  const std::size_t length = is_bytes ? value.text.size() : code_points(value.text);
  if (value.form != TextForm::kText || length != value.length) {
    return absent_text(graph.type_name(graph.type_of(id)), value, prefix);
  }
  return is_bytes ? "b" + quoted_bytes(value.text) : quoted(value.text);
}

std::string object_text(const Graph& graph, NodeId id) {
  return fmt::format("<{} object at {:#x}>", graph.type_name(graph.type_of(id)), graph.address(id));
}

// The text of a str that an attribute of the object is, or nothing.
std::string_view text_of(const Graph& graph, NodeId id, std::string_view attribute_label) {
  const NodeId name = attribute(graph, id, attribute_label);
  return name == kNoNode ? "" : graph.text(name).value_or("");
}

std::string type_text(const Graph& graph, NodeId id) {
  for (TypeId type = 1; type < graph.type_count(); ++type) {
    if (graph.type(type).address == graph.address(id)) {
      return fmt::format("<class {}>", quoted(graph.type_name(type)));
    }
  }
  return object_text(graph, id);
}

std::string module_text(const Graph& graph, NodeId id) {
  const NodeId dict = attribute(graph, id, ".__dict__");
  const NodeId name = dict == kNoNode ? kNoNode : item(graph, dict, "__name__");
  if (name == kNoNode || !graph.text(name)) return object_text(graph, id);
  return fmt::format("<module {}>", quoted(*graph.text(name)));
}

std::string named_text(const Graph& graph, NodeId id, std::string_view what,
                       std::string_view attribute_label) {
  const std::string_view name = text_of(graph, id, attribute_label);
  if (name.empty()) return object_text(graph, id);
  return fmt::format("<{} {} at {:#x}>", what, name, graph.address(id));
}

}  // namespace

std::string describe(const Graph& graph, NodeId id) {
  if (id == graph.root()) return "<root>";
  const TypeLayout layout = graph.type(graph.type_of(id)).layout;
  switch (layout) {
    case TypeLayout::kNone:
      return "None";
    case TypeLayout::kType:
      return type_text(graph, id);
    case TypeLayout::kModule:
      return module_text(graph, id);
    case TypeLayout::kFunction:
      return named_text(graph, id, "function", ".__qualname__");
    case TypeLayout::kCode:
      return named_text(graph, id, "code", ".co_name");
    default:
      break;
  }
  const std::optional<Value> value = graph.value(id);
  if (!value) return object_text(graph, id);
  switch (layout) {
    case TypeLayout::kStr:
    case TypeLayout::kBytes:
      return text_value(graph, id, *value);
    case TypeLayout::kInt:
      return fmt::to_string(value->integer);
    case TypeLayout::kBool:
      return value->integer != 0 ? "True" : "False";
    case TypeLayout::kFloat:
      return python_float(value->real);
    default:
      return object_text(graph, id);
  }
}

std::string object_name(const Graph& graph, NodeId id) {
  return fmt::format("@{:#x}", graph.address(id));
}

}  // namespace heapsnap
