#include "libanalysis/general_labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "libanalysis/describe.h"
#include "libanalysis/python_literal.h"

namespace heapsnap {
namespace {

// How the edges of a part read where their place in it says nothing; empty: each has its own name.
std::string_view text_of_part(Part part, std::uint64_t index) {
  switch (part) {
    case Part::kItems:
      return "[*]";
    case Part::kMap:
      return index % 2 == 0 ? ".keys()[*]" : "[*]";
    case Part::kSet:
      return "{*}";
    case Part::kStack:
    case Part::kMaybe:
      return "<stack>";
    case Part::kNames:
      return "->ht_cached_keys[*]";
    case Part::kLoose:
      return "<ref>";
    default:
      return "";
  }
}

GeneralLabel general(const Graph& graph, const Label& label) {
  switch (label.kind) {
    case LabelKind::kValue:
    case LabelKind::kItem:
      return {"[*]", true};
    case LabelKind::kUnnamed:
      return {"<ref>", true};
    case LabelKind::kFrame:
      return {"f*", true};
    default:
      return {label_text(graph, label), false};
  }
}

std::uint64_t place_key(FormId form, const SlotPlace& place) {
  const std::uint64_t part = place.is_type_edge ? kPartCount : static_cast<std::uint64_t>(place.part);
  return std::uint64_t{form} << 32 | part << 24 | (place.index & 0xFFFFFF);
}

int rank(const GeneralLabel& label) {
  constexpr std::array<std::string_view, 5> kOrder = {".keys()", ".", "[", "{", "->"};
  constexpr std::array<int, 5> kRanks = {3, 0, 1, 2, 4};
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    if (label.text.starts_with(kOrder[i])) return kRanks[i];
  }
  return 5;
}

}  // namespace

bool reads_before(const GeneralLabel& a, const GeneralLabel& b) {
  return std::tuple(rank(a), std::string_view(a.text)) < std::tuple(rank(b), std::string_view(b.text));
}

GeneralLabelId GeneralLabels::of(NodeId source, std::size_t position) {
  const FormId form_id = graph_.form_of(source);
  const Form form = graph_.forms().form(form_id);
  SlotPlace place = form.place(form.slot_of(position), graph_.referents(source).size());
  const std::string_view common =
      place.is_type_edge ? std::string_view() : text_of_part(place.part, place.index);
  if (!common.empty()) place.index %= 2;
  const auto [at, is_new] = by_place_.try_emplace(place_key(form_id, place), 0);
  if (!is_new) return at->second;
  // The items of an interpreter have a name.
  const bool has_name = common.empty() || graph_.type(form.type).id == kInterpreterType;
  const GeneralLabelId id =
      has_name ? intern(general(graph_, label_of(graph_, source, position)))
               : intern({std::string(common), true});
  return at->second = id;
}

GeneralLabelId GeneralLabels::of_namespace(NodeId dict, std::size_t position) {
  const Label label = label_of(graph_, dict, position);
  if (label.kind == LabelKind::kValue && label.key != kNoNode) return attribute_named(label.key);
  if (label.kind == LabelKind::kKey) return intern({".__dict__.keys()[*]", true});
  return intern({".__dict__" + general(graph_, label).text, true});
}

GeneralLabelId GeneralLabels::attribute_named(NodeId name) {
  const auto [at, is_new] = by_name_.try_emplace(name, 0);
  if (!is_new) return at->second;
  const bool is_str = graph_.type(graph_.type_of(name)).layout == TypeLayout::kStr;
  const auto text = is_str ? graph_.text(name) : std::nullopt;
  const std::string whole = is_str ? describe(graph_, name) : "";
  // Of a text that is not there, or not all of it, the description tells it from others.
  const bool is_known = text && !whole.starts_with('<');
  GeneralLabel label{".__dict__[*]", true};
  if (is_known && is_identifier(*text)) label = {fmt::format(".{}", *text), false};
  if (is_str && !is_known) label = {"." + whole, false};
  return at->second = intern(label);
}

GeneralLabelId GeneralLabels::intern(const GeneralLabel& label) {
  const auto [at, is_new] =
      ids_.try_emplace(label.text, static_cast<GeneralLabelId>(labels_.size()));
  if (is_new) labels_.push_back(label);
  return at->second;
}

}  // namespace heapsnap
