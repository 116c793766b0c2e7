// The first of several selectors that yields the object; what none of them yields is one kind.
#include <memory>
#include <vector>

#include "libanalysis/classifiers/all.h"

namespace heapsnap {
namespace {

// What the selector at this place yields and none before it; for the last kind, what none does.
Selector yielded_first(const std::vector<Selector>& alternatives, KindId kind) {
  const bool none = kind == alternatives.size();
  if (kind == 0) return alternatives[0];
  Sum sum;
  sum.of.push_back(none ? Selector{NamedSet::kAll} : alternatives[kind]);
  sum.minus.push_back(false);
  for (KindId i = 0; i < kind; ++i) {
    sum.of.push_back(alternatives[i]);
    sum.minus.push_back(true);
  }
  return {std::move(sum)};
}

}  // namespace

Result<Classification> classify_by_first(const Heap& heap, const NodeSet& nodes,
                                         const Factor& factor) {
  const std::vector<Selector>& alternatives = factor.alternatives;
  const auto none = static_cast<KindId>(alternatives.size());
  Classification result(nodes.universe(), none + 1);
  NodeSet left = nodes;
  for (KindId kind = 0; kind < none; ++kind) {
    const Result<NodeSet> yielded = select(heap, alternatives[kind]);
    if (!yielded) return tl::unexpected(yielded.error());
    for (const NodeId id : left & *yielded) result.put(id, kind);
    left -= *yielded;
  }
  for (const NodeId id : left) result.put(id, none);
  result.name_kinds(
      {.name =
           [alternatives, none](KindId kind) {
             return kind == none ? "<none of them>" : to_text(alternatives[kind]);
           },
       .selector = [alternatives](KindId kind) { return yielded_first(alternatives, kind); }});
  return result;
}

}  // namespace heapsnap
