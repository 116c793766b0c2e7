#include "libanalysis/edge_labels.h"

#include <utility>

#include "libanalysis/dict_owners.h"

namespace heapsnap {
namespace {

// Beyond it positions are rare: their labels are found by their text.
constexpr std::uint64_t kMaxIndex = std::uint64_t{1} << 22;
constexpr LabelId kNoAttribute = ~LabelId{0};  // of a key

}  // namespace

EdgeLabels::EdgeLabels(const Graph& graph) : graph_(graph), by_key_(graph.node_count()) {}

LabelId EdgeLabels::id_of(NodeId source, std::size_t position) {
  const Label label = label_of(graph_, source, position);
  const bool by_index = label.name.empty() && label.key == kNoNode;
  if (by_index && label.index >= kMaxIndex) return intern(label_text(graph_, label));
  LabelId& id = known(label);
  if (id == 0) id = intern(label_text(graph_, label)) + 1;
  return id - 1;
}

std::optional<LabelId> EdgeLabels::attribute_of(NodeId dict, std::size_t position) {
  const Label label = label_of(graph_, dict, position);
  if (label.kind != LabelKind::kValue || label.key == kNoNode) return std::nullopt;
  if (attribute_by_key_.empty()) attribute_by_key_ = Array<LabelId>(graph_.node_count());
  LabelId& id = attribute_by_key_[label.key];
  if (id == 0) {
    std::string text = attribute_text(graph_, label);
    id = text.empty() ? kNoAttribute : intern(std::move(text)) + 1;
  }
  return id == kNoAttribute ? std::nullopt : std::optional(id - 1);
}

LabelId& EdgeLabels::known(const Label& label) {
  if (label.kind == LabelKind::kValue && label.key != kNoNode) return by_key_[label.key];
  if (label.name.empty() && label.key == kNoNode) {
    std::vector<LabelId>& ids = by_index_[static_cast<std::size_t>(label.kind)];
    if (ids.size() <= label.index) ids.resize(label.index + 1);
    return ids[label.index];
  }
  return by_place_[{label.kind, label.name.data(), label.name.size(), label.prefix.data(),
                    label.key}];
}

std::size_t EdgeLabels::PlaceHash::operator()(const Place& place) const {
  constexpr std::uint64_t kMix = 0x9E3779B97F4A7C15u;
  std::uint64_t hash = reinterpret_cast<std::uintptr_t>(place.name) + place.length;
  hash = hash * kMix + reinterpret_cast<std::uintptr_t>(place.prefix);
  hash = hash * kMix + place.key;
  hash = hash * kMix + static_cast<std::uint64_t>(place.kind);
  return static_cast<std::size_t>(hash ^ hash >> 32);
}

LabelId EdgeLabels::intern(std::string text) {
  const auto [at, is_new] = ids_.try_emplace(std::move(text), size());
  if (is_new) texts_.push_back(&at->first);
  return at->second;
}

bool LabelMatches::contains(const EdgeLabels& labels, LabelId id) {
  if (known_.size() <= id) known_.resize(std::size_t{id} + 1);
  if (known_[id] == 0) known_[id] = glob_.matches(labels.text(id)) ? 1 : -1;
  return known_[id] > 0;
}

}  // namespace heapsnap
