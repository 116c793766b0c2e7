#include "libanalysis/labels.h"

#include <fmt/format.h>

#include <algorithm>

#include "libanalysis/describe.h"

namespace heapsnap {
namespace {

Label field_label(const TypeRecord& type, std::uint32_t word) {
  const auto at = std::ranges::lower_bound(type.fields, word, {}, &FieldRecord::word);
  if (at == type.fields.end() || at->word != word) {
    return {.kind = LabelKind::kOffset, .index = std::uint64_t{word} * 8};
  }
  const std::string_view label = at->label;
  if (label.starts_with("->")) return {.kind = LabelKind::kField, .name = label.substr(2)};
  if (label.starts_with('.')) return {.kind = LabelKind::kAttribute, .name = label.substr(1)};
  return {.kind = LabelKind::kField, .name = label};
}

// An attribute whose name is the text of a str. The name is empty if the snapshot lacks it.
Label named_by(const Graph& graph, NodeId name) {
  if (name == kNoNode) return {};
  return {.kind = LabelKind::kAttribute, .key = name, .name = graph.text(name).value_or("")};
}

Label value_of_map(const Graph& graph, NodeId source, const Form& form, std::size_t position,
                   std::size_t slot) {
  const bool has_key = position > 0 && form.slot_of(position - 1) == slot - 1;
  if (!has_key) return {};
  return {.kind = LabelKind::kValue, .key = graph.referents(source)[position - 1]};
}

// Values in a dict's table are its items; beside its table they are attributes of a subclass.
Label shared_key(const Graph& graph, const Form& form, std::uint64_t index, TypeLayout layout) {
  const KeysRecord* const keys = graph.keys(form.keys);
  if (keys == nullptr || index >= keys->names.size()) return {};
  const NodeId name = graph.find(keys->names[index]);
  const bool is_item = layout == TypeLayout::kDict && (form.parts & bit(Part::kMap)) == 0;
  if (is_item && name != kNoNode) return {.kind = LabelKind::kValue, .key = name};
  return named_by(graph, name);
}

// The str that names a local variable, by the tuples of its code object.
NodeId name_of_local(const Graph& graph, NodeId code, std::uint64_t index) {
  const NodeId all = attribute(graph, code, "->co_localsplusnames");
  const auto names = [&](NodeId tuple) {
    return tuple == kNoNode ? std::span<const NodeId>() : graph.referents(tuple);
  };
  if (all != kNoNode) return index < names(all).size() ? names(all)[index] : kNoNode;
  for (const char* kind : {".co_varnames", ".co_cellvars", ".co_freevars"}) {
    const auto some = names(attribute(graph, code, kind));
    if (index < some.size()) return some[index];
    index -= some.size();
  }
  return kNoNode;
}

// What leads from an object to its local variables.
std::string_view locals_prefix(const TypeRecord& type) {
  if (type.layout == TypeLayout::kStructure) return "";
  if (type.layout == TypeLayout::kFrame) return ".f_locals";
  if (type.qualname == "coroutine") return ".cr_frame.f_locals";
  if (type.qualname == "async_generator") return ".ag_frame.f_locals";
  return ".gi_frame.f_locals";
}

Label local(const Graph& graph, const Form& form, std::uint64_t index) {
  const NodeId code = form.code == 0 ? kNoNode : graph.find(form.code);
  const NodeId name = code == kNoNode ? kNoNode : name_of_local(graph, code, index);
  if (name == kNoNode) return {};
  Label label = named_by(graph, name);
  label.kind = LabelKind::kLocal;
  label.prefix = locals_prefix(graph.type(form.type));
  return label;
}

Label member(const Graph& graph, const Form& form, std::uint64_t index) {
  const std::size_t low = 2 * static_cast<std::size_t>(index);
  if (low + 1 >= form.names.size()) return {};
  return named_by(graph, graph.find(form.names[low] | Address{form.names[low + 1]} << 32));
}

Label root_label(const Graph& graph, std::size_t position) {
  return {.kind = LabelKind::kRoot, .name = graph.root_label(graph.roots()[position])};
}

std::string name_text(const Graph& graph, const Label& label) {
  const bool missing = label.name.empty() && label.key != kNoNode;
  return missing ? describe(graph, label.key) : std::string(label.name);
}

// Whether an edge of a row of this form may be without a label.
bool may_be_unlabelled(const Graph& graph, const Form& form) {
  const TypeRecord& type = graph.type(form.type);
  for (const std::uint32_t word : form.offsets) {
    if (field_label(type, word).kind == LabelKind::kOffset) return true;
  }
  if (form.parts & bit(Part::kValues)) {
    const KeysRecord* const keys = graph.keys(form.keys);
    const auto count = form.counts[static_cast<std::size_t>(Part::kValues)];
    if (keys == nullptr || count == 0 || count > keys->names.size()) return true;
    const auto is_node = [&graph](Address name) { return graph.find(name) != kNoNode; };
    if (!std::ranges::all_of(keys->names, is_node)) return true;
  }
  return form.parts & (bit(Part::kLoose) | bit(Part::kLocals) | bit(Part::kMembers));
}

}  // namespace

Label label_of(const Graph& graph, NodeId source, std::size_t position) {
  if (source == graph.root()) return root_label(graph, position);
  const Form form = graph.forms().form(graph.form_of(source));
  const std::size_t slot = form.slot_of(position);
  const SlotPlace place = form.place(slot, graph.referents(source).size());
  if (place.is_type_edge) return {.kind = LabelKind::kField, .name = "ob_type"};
  const TypeRecord& type = graph.type(form.type);
  switch (place.part) {
    case Part::kWords:
      return field_label(type, form.offsets[place.index]);
    case Part::kItems:
      if (type.id == kInterpreterType) return {.kind = LabelKind::kAttribute, .name = "atexit"};
      return {.kind = LabelKind::kItem, .index = place.index};
    case Part::kMap:
      if (place.index % 2 == 0) return {.kind = LabelKind::kKey, .index = place.index / 2};
      return value_of_map(graph, source, form, position, slot);
    case Part::kValues:
      return shared_key(graph, form, place.index, type.layout);
    case Part::kSet:
      return {.kind = LabelKind::kElement, .index = place.index};
    case Part::kLocals:
      return local(graph, form, place.index);
    case Part::kStack:
    case Part::kMaybe:
      return {.kind = LabelKind::kStack, .index = place.index};
    case Part::kNames:
      return {.kind = LabelKind::kSharedKey, .index = place.index};
    case Part::kFrames:
      return {.kind = LabelKind::kFrame, .index = place.count - 1 - place.index};
    case Part::kMembers:
      return member(graph, form, place.index);
    default:
      return {};
  }
}

Label label_of(const Graph& graph, const WeakEdge& edge) {
  return field_label(graph.type(graph.type_of(edge.source)), edge.word);
}

std::string label_text(const Graph& graph, const Label& label) {
  switch (label.kind) {
    case LabelKind::kAttribute:
      return "." + name_text(graph, label);
    case LabelKind::kField:
      return fmt::format("->{}", label.name);
    case LabelKind::kItem:
      return fmt::format("[{}]", label.index);
    case LabelKind::kValue:
      return fmt::format("[{}]", describe(graph, label.key));
    case LabelKind::kKey:
      return fmt::format(".keys()[{}]", label.index);
    case LabelKind::kElement:
      return fmt::format("{{{}}}", label.index);
    case LabelKind::kLocal:
      if (label.prefix.empty()) return "." + name_text(graph, label);
      return fmt::format("{}[{}]", label.prefix, describe(graph, label.key));
    case LabelKind::kStack:
      return fmt::format("<stack {}>", label.index);
    case LabelKind::kSharedKey:
      return fmt::format("->ht_cached_keys[{}]", label.index);
    case LabelKind::kFrame:
      return fmt::format("f{}", label.index);
    case LabelKind::kOffset:
      return fmt::format("<+{:#x}>", label.index);
    case LabelKind::kRoot:
      return std::string(label.name);
    case LabelKind::kUnnamed:
      break;
  }
  return "<ref>";
}

std::uint64_t count_unlabelled(const Graph& graph) {
  std::vector<std::uint8_t> suspect(graph.forms().size());
  for (FormId id = 0; id < suspect.size(); ++id) {
    suspect[id] = may_be_unlabelled(graph, graph.forms().form(id));
  }
  std::uint64_t count = 0;
  for (NodeId id = 0; id < graph.container_count(); ++id) {
    if (!suspect[graph.form_of(id)]) continue;
    for (std::size_t i = 0; i < graph.referents(id).size(); ++i) {
      const LabelKind kind = label_of(graph, id, i).kind;
      count += kind == LabelKind::kOffset || kind == LabelKind::kUnnamed;
    }
  }
  return count;
}

NodeId attribute(const Graph& graph, NodeId source, std::string_view label) {
  const bool field = label.starts_with("->");
  const LabelKind kind = field ? LabelKind::kField : LabelKind::kAttribute;
  const std::string_view name = label.substr(field ? 2 : 1);
  const auto referents = graph.referents(source);
  for (std::size_t i = 0; i < referents.size(); ++i) {
    const Label at = label_of(graph, source, i);
    if (at.kind == kind && at.name == name) return referents[i];
  }
  return kNoNode;
}

NodeId item(const Graph& graph, NodeId dict, std::string_view key) {
  const auto referents = graph.referents(dict);
  for (std::size_t i = 0; i < referents.size(); ++i) {
    const Label at = label_of(graph, dict, i);
    if (at.kind == LabelKind::kValue && graph.text(at.key) == key) return referents[i];
  }
  return kNoNode;
}

}  // namespace heapsnap
