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

}  // namespace

Result<SetKinds> referrer_kinds(const Heap& heap, const NodeSet& nodes, const Factor& factor) {
  const Graph& graph = heap.graph();
  auto classes = classifier_of(factor, "clodo").classify(heap, graph.objects_and_structures());
  if (!classes) return tl::unexpected(classes.error());
  const auto inner = std::make_shared<const Classification>(std::move(*classes));

  SetKinds result{.set_of = std::vector<KindId>(graph.node_count(), kNoKind)};
  std::vector<NodeId> last_user(inner->kind_count(), kNoNode);  // of a kind: it is in `members`
  std::vector<std::uint32_t> members;
  for (const NodeId id : nodes) {
    members.clear();
    for (const NodeId referrer : graph.referrers(id)) {
      const KindId kind = inner->kind_of(referrer);
      if (kind == kNoKind || last_user[kind] == id) continue;
      last_user[kind] = id;
      members.push_back(kind);
    }
    result.set_of[id] = result.sets.intern(members);
  }
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
