// The set of the classes of an object's referrers.
#include <memory>
#include <vector>

#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/set_kinds.h"

namespace heapsnap {
namespace {

Classifier classifier_of(const Factor& factor, const char* otherwise) {
  return Classifier(factor.by.empty() ? std::vector<Factor>{{.name = otherwise}} : factor.by);
}

// Makes sets of the kinds of referrers. Nine of ten objects have one referrer: the sets of one kind
// are known without a look into the table.
class ReferrerSets {
 public:
  ReferrerSets(const Graph& graph, const Classification& classes, KindSets& sets)
      : graph_(graph),
        classes_(classes),
        sets_(sets),
        last_user_(classes.kind_count(), kNoNode),
        alone_(classes.kind_count(), kNoKind) {}

  KindId set_of(NodeId id) {
    members_.clear();
    for (const NodeId referrer : graph_.referrers(id)) {
      const KindId kind = classes_.kind_of(referrer);
      if (kind == kNoKind || last_user_[kind] == id) continue;
      last_user_[kind] = id;
      members_.push_back(kind);
    }
    if (members_.size() != 1) return sets_.intern(members_);
    KindId& set = alone_[members_.front()];
    if (set == kNoKind) set = sets_.intern(members_);
    return set;
  }

 private:
  const Graph& graph_;
  const Classification& classes_;
  KindSets& sets_;
  std::vector<NodeId> last_user_;  // by kind: it is in `members_` already
  std::vector<KindId> alone_;      // by kind: the set of it alone, if that has been seen
  std::vector<std::uint32_t> members_;
};

}  // namespace

Result<SetKinds> referrer_kinds(const Heap& heap, const NodeSet& nodes, const Factor& factor) {
  const Graph& graph = heap.graph();
  auto classes = classifier_of(factor, "clodo").classify(heap, graph.objects_and_structures());
  if (!classes) return tl::unexpected(classes.error());
  const auto inner = std::make_shared<const Classification>(std::move(*classes));

  SetKinds result{.set_of = std::vector<KindId>(graph.node_count(), kNoKind)};
  ReferrerSets sets(graph, *inner, result.sets);
  for (const NodeId id : nodes) result.set_of[id] = sets.set_of(id);
  result.kind_count = result.sets.size();
  result.member_count = inner->kind_count();
  result.name = [inner](std::uint32_t kind) { return joined_names({inner->name(kind)}); };
  result.key = [inner](std::uint32_t kind) { return inner->key(kind); };
  result.is_called = [inner](std::uint32_t kind, const Glob& name) {
    return inner->is_called(kind, name);
  };
  return result;
}

Result<Classification> classify_by_rcs(const Heap& heap, const NodeSet& nodes,
                                       const Factor& factor) {
  Result<SetKinds> kinds = referrer_kinds(heap, nodes, factor);
  if (!kinds) return tl::unexpected(kinds.error());
  return classification_of(std::move(*kinds), factor);
}

}  // namespace heapsnap
