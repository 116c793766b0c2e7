// From the roots down: a queue of survivors, each of which vouches for what it holds. Then what has
// the same contents and no holder, and its holdings in turn. Then, of the rest, all is refuted that
// its contents speak against, or that changed hands altogether: every holder of the one is gone,
// every holder of the other is new. What a weak reference refutes is known only when it is known to
// have survived itself, so all of it is done again without those, if there are any.
#include "libanalysis/survival.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <vector>

#include "libanalysis/contents.h"
#include "libanalysis/kept_edges.h"
#include "libanalysis/node_set.h"

namespace heapsnap {
namespace {

constexpr int kRepetitions = 3;

// A root edge as it is found again: derived ones have no label.
using RootKey = std::tuple<RootKind, std::string_view, NodeId>;

class Judgement {
 public:
  Judgement(const Graph& older, const Graph& newer, const Array<NodeId>& newer_of,
            const Array<NodeId>& older_of, unsigned threads)
      : older_(older), newer_(newer), newer_of_(newer_of), older_of_(older_of),
        kept_(older, newer, newer_of), contents_(compare_contents(older, newer, newer_of, threads)) {
    for (int i = 0; i < kRepetitions; ++i) {
      judge();
      if (!refute_by_weak_references()) break;
    }
    refute_the_rest();
  }

  Array<Survival> take() { return std::move(verdict_); }

 private:
  void judge() {
    verdict_ = Array<Survival>(older_.node_count());
    held_ = NodeSet(older_.node_count());
    lost_.clear();
    for (NodeId id = 0; id < older_.node_count(); ++id) {
      if (contents_[id] == Contents::kImpossible) verdict_[id] = Survival::kReplaced;
    }
    verdict_[older_.root()] = Survival::kSurvived;
    confirm_roots();
    visit_queue();
    for (NodeId id = 0; id < older_.node_count(); ++id) {
      if (contents_[id] == Contents::kSame) confirm(id);
    }
    visit_queue();
  }

  void confirm_roots() {
    std::vector<RootKey> newer;
    for (const RootEdge& edge : newer_.roots()) {
      newer.emplace_back(edge.kind, newer_.root_label(edge), edge.target);
    }
    std::ranges::sort(newer);
    for (const RootEdge& edge : older_.roots()) {
      if (edge.kind == RootKind::kUnreachable) continue;
      const RootKey key{edge.kind, older_.root_label(edge), newer_of_[edge.target]};
      if (!std::ranges::binary_search(newer, key)) continue;
      const bool stays =
          edge.kind == RootKind::kImmortal || edge.kind == RootKind::kStaticType;
      stays ? confirm(edge.target) : hold(edge.target);
    }
  }

  bool is_open(NodeId id) const { return verdict_[id] == Survival::kUncertain; }

  void confirm(NodeId id) {
    if (!is_open(id)) return;
    verdict_[id] = Survival::kSurvived;
    queue_.push_back(id);
  }

  // A survivor holds it as before.
  void hold(NodeId id) {
    if (!is_open(id)) return;
    held_.insert(id);
    switch (contents_[id]) {
      case Contents::kReplaced:
      case Contents::kReusedOnce:
      case Contents::kReused:
      case Contents::kImpossible:
        return;
      default:
        confirm(id);
    }
  }

  void visit_queue() {
    for (; !queue_.empty();) {
      const NodeId id = queue_.back();
      queue_.pop_back();
      if (id < older_.container_count() && newer_of_[id] < newer_.container_count()) {
        const auto referents = older_.referents(id);
        kept_.for_each(id, newer_of_[id], [&](std::size_t i, std::size_t) { hold(referents[i]); });
      }
      if (older_.type(older_.type_of(id)).layout == TypeLayout::kWeakref) ask_weak_reference(id);
    }
  }

  void ask_weak_reference(NodeId id) {
    const auto was = older_.weak_referents(id), is = newer_.weak_referents(newer_of_[id]);
    const NodeId old_target = was.empty() ? kNoNode : was[0].target;
    const NodeId new_target = is.empty() ? kNoNode : is[0].target;
    if (old_target != kNoNode && newer_of_[old_target] == new_target) return confirm(old_target);
    if (old_target != kNoNode) lost_.push_back(old_target);
    if (new_target != kNoNode && older_of_[new_target] != kNoNode) {
      lost_.push_back(older_of_[new_target]);
    }
  }

  // Whether there was anything to refute.
  bool refute_by_weak_references() {
    bool any = false;
    for (const NodeId id : lost_) {
      if (contents_[id] == Contents::kImpossible) continue;
      contents_[id] = Contents::kImpossible;
      any = true;
    }
    return any;
  }

  // Held as before by what may have survived.
  NodeSet held_by_doubtful() const {
    NodeSet held(older_.node_count());
    for (NodeId id = 0; id < older_.container_count(); ++id) {
      if (!is_open(id) || newer_of_[id] >= newer_.container_count()) continue;
      const auto referents = older_.referents(id);
      kept_.for_each(id, newer_of_[id],
                     [&](std::size_t i, std::size_t) { held.insert(referents[i]); });
    }
    return held;
  }

  void refute_the_rest() {
    const NodeSet maybe_held = held_by_doubtful();
    for (NodeId id = 0; id < older_.node_count(); ++id) {
      if (is_open(id) && is_refuted_by_contents(id, maybe_held)) refute(id);
    }
    for (NodeId id = 0; id < older_.node_count(); ++id) {
      if (changed_hands(id)) refute(id);
    }
    while (!queue_.empty()) {
      const NodeId id = queue_.back();
      queue_.pop_back();
      for (const NodeId held : older_.referents(id)) {
        if (changed_hands(held)) refute(held);
      }
      for (const NodeId held : newer_.referents(newer_of_[id])) {
        const NodeId was = older_of_[held];
        if (was != kNoNode && changed_hands(was)) refute(was);
      }
    }
  }

  bool is_refuted_by_contents(NodeId id, const NodeSet& maybe_held) const {
    const Contents contents = contents_[id];
    if (!held_.contains(id)) {
      return contents == Contents::kReused || contents == Contents::kReusedOnce ||
             (contents == Contents::kReplaced && !maybe_held.contains(id));
    }
    return contents == Contents::kReused && !is_growable(older_.type(older_.type_of(id)));
  }

  void refute(NodeId id) {
    verdict_[id] = Survival::kReplaced;
    queue_.push_back(id);
  }

  bool changed_hands(NodeId id) const {
    if (!is_open(id) || contents_[id] == Contents::kMixed) return false;
    const auto is_gone = [this](NodeId holder) {
      return newer_of_[holder] == kNoNode || verdict_[holder] == Survival::kReplaced;
    };
    const auto is_new = [&](NodeId holder) {
      const NodeId was = older_of_[holder];
      return was == kNoNode || verdict_[was] == Survival::kReplaced;
    };
    return std::ranges::all_of(older_.referrers(id), is_gone) &&
           std::ranges::all_of(newer_.referrers(newer_of_[id]), is_new);
  }

  const Graph& older_;
  const Graph& newer_;
  const Array<NodeId>& newer_of_;
  const Array<NodeId>& older_of_;
  KeptEdges kept_;
  Array<Contents> contents_;
  Array<Survival> verdict_;
  NodeSet held_;               // by a survivor, as before
  std::vector<NodeId> queue_;  // survivors that have not vouched, or what was refuted last
  std::vector<NodeId> lost_;   // by weak references that survived
};

}  // namespace

Array<Survival> judge_survival(const Graph& older, const Graph& newer,
                               const Array<NodeId>& newer_of, const Array<NodeId>& older_of,
                               unsigned threads) {
  return Judgement(older, newer, newer_of, older_of, threads).take();
}

}  // namespace heapsnap
