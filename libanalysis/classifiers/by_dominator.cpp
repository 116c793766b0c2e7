// The class of an object's immediate dominator. What the virtual root dominates immediately is of
// a kind of its own.
#include <memory>
#include <string>

#include "libanalysis/classifiers/all.h"
#include "libanalysis/dominators.h"
#include "libanalysis/reserved_names.h"

namespace heapsnap {
namespace {

constexpr const char* kRoot = "<root>";

struct DominatorKinds {
  Classification of_dominators;
  KindId of_root;

  std::string key(KindId kind) const {
    return kind == of_root ? kRoot : apart_from(kRoot, of_dominators.key(kind));
  }
  std::string name(KindId kind) const {
    return kind == of_root ? kRoot : apart_from(kRoot, of_dominators.name(kind));
  }
  bool is_called(KindId kind, const Glob& glob) const {
    const bool by_key = kind == of_root || key(kind) != of_dominators.key(kind);
    return by_key ? glob.matches(key(kind)) : of_dominators.is_called(kind, glob);
  }
};

}  // namespace

Result<Classification> classify_by_dominator(const Heap& heap, const NodeSet& nodes,
                                             const Factor& factor) {
  const Graph& graph = heap.graph();
  const Dominators& tree = heap.dominators();
  NodeSet dominators(graph.node_count());
  for (const NodeId id : nodes) dominators.insert(immediate_dominator(tree, id));
  dominators.erase(graph.root());
  const Classifier by(factor.by.empty() ? std::vector<Factor>{{.name = "type"}} : factor.by);
  Result<Classification> inner = by.classify(heap, dominators);
  if (!inner) return inner;
  const KindId of_root = inner->kind_count();
  const auto kinds =
      std::make_shared<const DominatorKinds>(DominatorKinds{std::move(*inner), of_root});

  Classification result(graph.node_count(), of_root + 1);
  for (const NodeId id : nodes) {
    const NodeId dominator = immediate_dominator(tree, id);
    result.put(id, dominator == graph.root() ? of_root : kinds->of_dominators.kind_of(dominator));
  }
  result.name_kinds(
      {.name = [kinds](KindId kind) { return kinds->name(kind); },
       .selector =
           [kinds, factor](KindId kind) {
             return Selector{OfKind{factor, exactly(kinds->key(kind))}};
           },
       .key = [kinds](KindId kind) { return kinds->key(kind); },
       .is_called =
           [kinds](KindId kind, const Glob& name) { return kinds->is_called(kind, name); }});
  return result;
}

}  // namespace heapsnap
