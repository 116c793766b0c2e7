#include "libanalysis/kept_edges.h"

#include <algorithm>
#include <limits>

#include "libanalysis/form.h"

namespace heapsnap {
namespace {

using Places = std::vector<std::pair<std::size_t, std::size_t>>;
using Numbers = std::span<const std::uint64_t>;

// Where a number stands next, at or behind a place.
class Occurrences {
 public:
  explicit Occurrences(Numbers numbers) {
    for (std::size_t i = 0; i < numbers.size(); ++i) sorted_.emplace_back(numbers[i], i);
    std::ranges::sort(sorted_);
  }
  // How far from the place; the largest number: it does not come again.
  std::size_t distance(std::uint64_t number, std::size_t place) const {
    const auto at = std::ranges::lower_bound(sorted_, std::pair(number, place));
    const bool found = at != sorted_.end() && at->first == number;
    return found ? at->second - place : std::numeric_limits<std::size_t>::max();
  }

 private:
  std::vector<std::pair<std::uint64_t, std::size_t>> sorted_;
};

// The edges of one part of a row.
struct Slots {
  std::vector<std::uint64_t> names;     // what their labels are told apart by
  std::vector<std::size_t> positions;
  std::vector<std::uint64_t> addresses;  // of their targets
};

enum class Labels { kNamed, kOrdered, kKeyed, kUnordered };

Labels labels_of(Part part) {
  switch (part) {
    case Part::kItems:
    case Part::kLoose:
    case Part::kNames:
      return Labels::kOrdered;
    case Part::kMap:
      return Labels::kKeyed;
    case Part::kSet:
      return Labels::kUnordered;
    default:
      return Labels::kNamed;
  }
}

std::uint64_t name_of(const Form& form, const SlotPlace& place) {
  if (place.is_type_edge) return UINT64_MAX;
  switch (place.part) {
    case Part::kWords:
      return form.offsets[place.index];
    case Part::kFrames:
      return place.count - 1 - place.index;
    case Part::kMembers: {
      const std::size_t low = 2 * place.index;
      if (low + 1 >= form.names.size()) return place.index;
      return form.names[low] | std::uint64_t{form.names[low + 1]} << 32;
    }
    default:
      return place.index;
  }
}

std::vector<Slots> slots_by_part(const Graph& graph, NodeId id) {
  const Form form = graph.forms().form(graph.form_of(id));
  const auto referents = graph.referents(id);
  std::vector<Slots> parts(kPartCount);
  for (std::size_t i = 0; i < referents.size(); ++i) {
    const SlotPlace place = form.place(form.slot_of(i), referents.size());
    const Part part = place.is_type_edge ? Part::kWords : place.part;
    Slots& slots = parts[static_cast<std::size_t>(part)];
    slots.names.push_back(name_of(form, place));
    slots.positions.push_back(i);
    slots.addresses.push_back(graph.address(referents[i]));
  }
  return parts;
}

void sort_by(const std::vector<std::uint64_t> Slots::* by, Slots& slots) {
  std::vector<std::size_t> order(slots.positions.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return (slots.*by)[i]; });
  Slots sorted;
  for (const std::size_t i : order) {
    sorted.names.push_back(slots.names[i]);
    sorted.positions.push_back(slots.positions[i]);
    sorted.addresses.push_back(slots.addresses[i]);
  }
  slots = std::move(sorted);
}

// A dict's entries: the places of keys that have a value.
struct Entries {
  std::vector<std::uint64_t> keys;
  std::vector<std::size_t> places;
};

Entries entries_of(const Slots& slots) {
  Entries entries;
  for (std::size_t i = 0; i + 1 < slots.names.size(); ++i) {
    if (slots.names[i] % 2 != 0 || slots.names[i + 1] != slots.names[i] + 1) continue;
    entries.keys.push_back(slots.addresses[i]);
    entries.places.push_back(i);
  }
  return entries;
}

class Rows {
 public:
  Rows(const Graph& older, NodeId a, const Graph& newer, NodeId b)
      : a_(slots_by_part(older, a)), b_(slots_by_part(newer, b)) {}

  Places kept() {
    for (std::size_t part = 0; part < kPartCount; ++part) {
      compare(labels_of(static_cast<Part>(part)), a_[part], b_[part]);
    }
    return std::move(kept_);
  }

 private:
  void compare(Labels labels, Slots& a, Slots& b) {
    if (labels == Labels::kUnordered) {
      sort_by(&Slots::addresses, a);
      sort_by(&Slots::addresses, b);
    }
    if (labels == Labels::kNamed) {
      sort_by(&Slots::names, a);
      sort_by(&Slots::names, b);
      for (const auto& [i, j] : in_order(a.names, b.names)) put(a, i, b, j);
    } else if (labels == Labels::kKeyed) {
      const Entries of_a = entries_of(a), of_b = entries_of(b);
      for (const auto& [i, j] : in_order(of_a.keys, of_b.keys)) {
        put(a, of_a.places[i], b, of_b.places[j]);
        put(a, of_a.places[i] + 1, b, of_b.places[j] + 1);
      }
    } else {
      for (const auto& [i, j] : in_order(a.addresses, b.addresses)) put(a, i, b, j);
    }
  }

  void put(const Slots& a, std::size_t i, const Slots& b, std::size_t j) {
    if (a.addresses[i] == b.addresses[j]) kept_.emplace_back(a.positions[i], b.positions[j]);
  }

  std::vector<Slots> a_, b_;
  Places kept_;
};

}  // namespace

bool KeptEdges::is_unchanged(NodeId a, NodeId b) const {
  const auto of_a = older_.referents(a), of_b = newer_.referents(b);
  if (of_a.size() != of_b.size()) return false;
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    if (newer_of_[of_a[i]] != of_b[i]) return false;
  }
  return true;
}

// Targets at one address that are of two types are two objects.
KeptEdges::Pairs KeptEdges::pairs(NodeId a, NodeId b) const {
  if (older_.referents(a).empty() || newer_.referents(b).empty()) return {};
  Pairs kept = Rows(older_, a, newer_, b).kept();
  std::erase_if(kept, [&](const auto& places) {
    const NodeId target = newer_of_[older_.referents(a)[places.first]];
    return target != newer_.referents(b)[places.second];
  });
  return kept;
}

Places in_order(Numbers a, Numbers b) {
  Places places;
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size() && a[i] == b[j]) places.emplace_back(i++, j++);
  if (i == a.size() || j == b.size()) return places;
  const Occurrences in_a(a), in_b(b);
  while (i < a.size() && j < b.size()) {
    if (a[i] == b[j]) {
      places.emplace_back(i++, j++);
      continue;
    }
    const std::size_t of_a = in_b.distance(a[i], j), of_b = in_a.distance(b[j], i);
    i += of_a >= of_b;
    j += of_b >= of_a;
  }
  return places;
}

}  // namespace heapsnap
