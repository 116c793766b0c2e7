#include "libanalysis/same_structure.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "libanalysis/labels.h"
#include "libanalysis/same_types.h"

namespace heapsnap {
namespace {

// A label as a number that is the same in every process; of two labels, different in practice.
using LabelHash = std::uint64_t;

class Hash {
 public:
  Hash& add(std::uint64_t number) {
    value_ = (value_ ^ number) * 0x9E3779B97F4A7C15u;
    value_ ^= value_ >> 29;
    return *this;
  }
  Hash& add(std::string_view text) {
    std::uint64_t word = 0xcbf29ce484222325u;
    for (const char c : text) word = (word ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return add(word).add(text.size());
  }
  LabelHash value() const { return value_; }

 private:
  std::uint64_t value_ = 1;
};

// A text or number that both files may have.
std::optional<Hash> hash_of_key(const Graph& graph, NodeId key) {
  const ValueHandle handle = key == kNoNode ? 0 : graph.arrays().values[key];
  if (handle == 0) return std::nullopt;
  const RawValue value = graph.arrays().value_pools[handle];
  const TypeLayout layout = graph.type(graph.type_of(key)).layout;
  const bool is_text = layout == TypeLayout::kStr || layout == TypeLayout::kBytes;
  if (is_text && value.form != TextForm::kText) return std::nullopt;
  return Hash().add(static_cast<std::uint64_t>(layout)).add(value.number).add(value.text);
}

std::optional<LabelHash> hash_of(const Graph& graph, const Label& label, NodeId target) {
  Hash hash;
  hash.add(static_cast<std::uint64_t>(label.kind));
  switch (label.kind) {
    case LabelKind::kElement:
    case LabelKind::kUnnamed:
      return std::nullopt;
    case LabelKind::kKey:
    case LabelKind::kValue: {
      const auto key =
          hash_of_key(graph, label.kind == LabelKind::kKey ? target : label.key);
      if (!key) return std::nullopt;
      return hash.add(key->value()).value();
    }
    default:
      break;
  }
  if (label.name.empty() && label.key != kNoNode) return std::nullopt;
  return hash.add(label.index).add(label.name).add(label.prefix).value();
}

using LabelledTargets = std::vector<std::pair<LabelHash, NodeId>>;

// Sorted; without labels that come more than once.
LabelledTargets targets_of(const Graph& graph, NodeId id) {
  const auto referents = graph.referents(id);
  LabelledTargets targets;
  for (std::size_t i = 0; i < referents.size(); ++i) {
    std::optional<LabelHash> hash = hash_of(graph, label_of(graph, id, i), referents[i]);
    if (!hash) continue;
    if (id == graph.root()) {
      hash = Hash().add(*hash).add(static_cast<std::uint64_t>(graph.roots()[i].kind)).value();
    }
    targets.emplace_back(*hash, referents[i]);
  }
  std::ranges::sort(targets);
  LabelledTargets single;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const bool repeats = (i > 0 && targets[i - 1].first == targets[i].first) ||
                         (i + 1 < targets.size() && targets[i + 1].first == targets[i].first);
    if (!repeats) single.push_back(targets[i]);
  }
  return single;
}

class Pairing {
 public:
  Pairing(const Graph& older, const Graph& newer, Identity& identity)
      : older_(older), newer_(newer), identity_(identity),
        types_(same_types(older, newer, IdentityBasis::kStructure)) {
    pair(older.root(), newer.root());
    for (TypeId type = 0; type < types_.size(); ++type) {
      if (types_[type] != kNoType) pair_types(type, types_[type]);
    }
    for (std::size_t i = 0; i < queue_.size(); ++i) visit(queue_[i]);
  }

 private:
  void pair_types(TypeId a, TypeId b) {
    const NodeId x = older_.type_node(a), y = newer_.type_node(b);
    if (x != kNoNode && y != kNoNode) pair(x, y);
  }

  void pair(NodeId a, NodeId b) {
    if (identity_.newer[a] != kNoNode || identity_.older[b] != kNoNode) return;
    if (a != older_.root() && types_[older_.type_of(a)] != newer_.type_of(b)) return;
    if ((a == older_.root()) != (b == newer_.root())) return;
    identity_.newer[a] = b;
    identity_.older[b] = a;
    queue_.push_back(a);
  }

  void visit(NodeId a) {
    const NodeId b = identity_.newer[a];
    if (older_.referents(a).empty() || newer_.referents(b).empty()) return;
    const LabelledTargets of_a = targets_of(older_, a), of_b = targets_of(newer_, b);
    for (std::size_t i = 0, j = 0; i < of_a.size() && j < of_b.size();) {
      const LabelHash at_a = of_a[i].first, at_b = of_b[j].first;
      if (at_a == at_b) pair(of_a[i].second, of_b[j].second);
      i += at_a <= at_b;
      j += at_b <= at_a;
    }
  }

  const Graph& older_;
  const Graph& newer_;
  Identity& identity_;
  std::vector<TypeId> types_;
  std::vector<NodeId> queue_;  // of the older snapshot
};

}  // namespace

void pair_by_structure(const Graph& older, const Graph& newer, Identity& identity) {
  const Pairing all(older, newer, identity);
}

}  // namespace heapsnap
