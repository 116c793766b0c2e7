// A pass compares what an object is in itself: its value, and the references of a tuple, which are
// never changed. Tuples of what cannot be the same cannot be either, and so on upwards. Then what is
// kept and replaced is counted, by what is known of the referents from the round before.
#include "libanalysis/contents.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "libanalysis/kept_edges.h"
#include "libanalysis/parallel.h"

namespace heapsnap {
namespace {

constexpr int kRounds = 3;
constexpr std::size_t kFewReferrers = 4;

bool is_own(const Graph& graph, NodeId id) {
  if (graph.refcount(id) == 0 || graph.referrers(id).size() > kFewReferrers) return false;
  const TypeLayout layout = graph.type(graph.type_of(id)).layout;
  return layout != TypeLayout::kType && layout != TypeLayout::kModule;
}

bool never_changes(const TypeRecord& type) {
  return type.layout == TypeLayout::kTuple && type.module == "builtins";
}

}  // namespace

bool is_growable(const TypeRecord& type) {
  return type.layout == TypeLayout::kDict || type.layout == TypeLayout::kList ||
         type.layout == TypeLayout::kSet || type.qualname == "deque";
}

namespace {

// Numbers and lengths are the same or the object is another; a text that only one snapshot has
// tells nothing more. Two snapshots of one process hash alike.
Contents compare_values(const RawValue& a, const RawValue& b) {
  if (a.number != b.number) return Contents::kImpossible;
  if (a.form != b.form) return Contents::kUnknown;
  if (a.form == TextForm::kLength) return Contents::kUnknown;
  return a.word == b.word && a.text == b.text ? Contents::kSame : Contents::kImpossible;
}

std::optional<RawValue> value_of(const Graph& graph, NodeId id) {
  const ValueHandle handle = graph.arrays().values[id];
  if (handle == 0) return std::nullopt;
  return graph.arrays().value_pools[handle];
}

class Passes {
 public:
  Passes(const Graph& older, const Graph& newer, const Array<NodeId>& newer_of,
             unsigned threads)
      : older_(older), newer_(newer), newer_of_(newer_of), threads_(threads),
        kept_(older, newer, newer_of), result_(older.node_count()) {}

  Array<Contents> run() {
    for_blocks(older_.node_count(), [this](NodeId id) { result_[id] = in_itself(id); });
    refute_holders();
    for (int round = 0; round < kRounds; ++round) {
      Array<Contents> next(older_.container_count());
      for_blocks(older_.container_count(), [&](NodeId id) { next[id] = by_referents(id); });
      std::ranges::copy(next, result_.begin());
    }
    return std::move(result_);
  }

 private:
  template <class Body>
  void for_blocks(NodeId count, const Body& body) {
    parallel_blocks(count, threads_, [&](std::size_t begin, std::size_t end) {
      for (std::size_t id = begin; id < end; ++id) body(static_cast<NodeId>(id));
    });
  }

  Contents in_itself(NodeId a) const {
    const NodeId b = newer_of_[a];
    if (b == kNoNode) return Contents::kImpossible;
    const TypeRecord& type = older_.type(older_.type_of(a));
    if (never_changes(type) && !kept_.is_unchanged(a, b)) return Contents::kImpossible;
    if (is_another_call(type, a, b)) return Contents::kImpossible;
    const auto was = value_of(older_, a), is = value_of(newer_, b);
    return was && is ? compare_values(*was, *is) : Contents::kUnknown;
  }

  // Frames without an object are called anew at the same place.
  bool is_another_call(const TypeRecord& type, NodeId a, NodeId b) const {
    if (type.layout != TypeLayout::kStructure || a >= older_.root() || b >= newer_.root()) {
      return false;
    }
    return older_.forms().form(older_.form_of(a)).code != newer_.forms().form(newer_.form_of(b)).code;
  }

  void refute_holders() {
    std::vector<NodeId> refuted;
    for (NodeId id = 0; id < older_.node_count(); ++id) {
      if (newer_of_[id] != kNoNode && result_[id] == Contents::kImpossible) refuted.push_back(id);
    }
    while (!refuted.empty()) {
      const NodeId id = refuted.back();
      refuted.pop_back();
      for (const NodeId holder : older_.referrers(id)) {
        if (holder == older_.root() || result_[holder] == Contents::kImpossible) continue;
        if (!never_changes(older_.type(older_.type_of(holder)))) continue;
        result_[holder] = Contents::kImpossible;
        refuted.push_back(holder);
      }
    }
  }

  // What became of the referents that are an object's own.
  struct Tally {
    std::size_t kept = 0, unknown = 0, replaced = 0, reused = 0;
    std::size_t paired_older = 0, paired_newer = 0;
  };

  static void count(Contents referent, Tally& tally) {
    switch (referent) {
      case Contents::kSame:
      case Contents::kMixed:
        ++tally.kept;
        break;
      case Contents::kUnknown:
      case Contents::kUnclear:
        ++tally.unknown;
        break;
      case Contents::kReplaced:
        ++tally.replaced;
        break;
      case Contents::kReusedOnce:
      case Contents::kReused:
      case Contents::kImpossible:
        ++tally.reused;
        break;
    }
  }

  Contents by_referents(NodeId a) const {
    if (result_[a] == Contents::kImpossible) return Contents::kImpossible;
    const NodeId b = newer_of_[a];
    const auto of_a = older_.referents(a), of_b = newer_.referents(b);
    Tally tally;
    kept_.for_each(a, b, [&](std::size_t i, std::size_t j) {
      const bool own_a = is_own(older_, of_a[i]), own_b = is_own(newer_, of_b[j]);
      tally.paired_older += own_a;
      tally.paired_newer += own_b;
      if (own_a && own_b) count(result_[of_a[i]], tally);
    });
    const auto own = [](const Graph& graph, std::span<const NodeId> ids) {
      return static_cast<std::size_t>(
          std::ranges::count_if(ids, [&graph](NodeId id) { return is_own(graph, id); }));
    };
    std::size_t replaced = std::min(own(older_, of_a) - tally.paired_older,
                                    own(newer_, of_b) - tally.paired_newer);
    // An object of which all is replaced is doubtful; a list that has many such is not.
    (is_growable(older_.type(older_.type_of(a))) ? tally.unknown : replaced) += tally.replaced;
    const bool is_same = replaced + tally.reused == 0;
    if (tally.kept > 0) return is_same ? Contents::kSame : Contents::kMixed;
    if (tally.reused > 0) return tally.reused > 1 ? Contents::kReused : Contents::kReusedOnce;
    if (replaced > 0) return tally.unknown > 0 ? Contents::kUnclear : Contents::kReplaced;
    return own_value(a);
  }

  // A str may have referents, its type, and a value.
  Contents own_value(NodeId a) const {
    return older_.arrays().values[a] != 0 ? result_[a] : Contents::kUnknown;
  }

  const Graph& older_;
  const Graph& newer_;
  const Array<NodeId>& newer_of_;
  unsigned threads_;
  KeptEdges kept_;
  Array<Contents> result_;
};

}  // namespace

Array<Contents> compare_contents(const Graph& older, const Graph& newer,
                                 const Array<NodeId>& newer_of, unsigned threads) {
  return Passes(older, newer, newer_of, threads).run();
}

}  // namespace heapsnap
