// Kinds that are sets of names: of the classes of an object's referrers (rcs), or of the labels of
// the edges that lead to it (via).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libanalysis/classifier.h"
#include "libanalysis/kind_sets.h"

namespace heapsnap {

// Another set of an object, which differs: as paths print the labels of its edges. An entry of a
// `__dict__` is `['name']` in the set that makes it a kind, and `.name` here.
struct SpelledSet {
  NodeId node = kNoNode;
  KindId set = kNoKind;
};

// Objects with their sets, and what the members of the sets are called.
struct SetKinds {
  std::vector<KindId> set_of;  // by node; kNoKind: not in the set of nodes
  KindSets sets = {};
  KindId kind_count = 0;  // sets below it are those of nodes
  std::uint32_t member_count = 0;                   // members are below it
  std::function<std::string(std::uint32_t)> name = {};   // of a member, for a list of names
  std::function<std::string(std::uint32_t)> key = {};    // as Classification::key
  std::function<bool(std::uint32_t, const Glob&)> is_called = {};
  std::vector<SpelledSet> spelled = {};  // in increasing order of nodes
};

// The factor is `via`, `rcs`, or `rcs(CLS)`. Virtual root aside, all nodes count as referrers.
Result<SetKinds> set_kinds(const Heap& heap, const NodeSet& nodes, const Factor& factor);
Result<SetKinds> referrer_kinds(const Heap& heap, const NodeSet& nodes, const Factor& factor);
SetKinds edge_label_kinds(const Graph& graph, const NodeSet& nodes);

Classification classification_of(SetKinds kinds, const Factor& factor);

// The objects whose sets compare like that. A name stands for all members that are called so: a
// set is at most the names if each member has one of them, and at least if each name has a member.
// It is enough if one of the sets of an object compares so, of != both must.
// Fails with kUsage if a plain name is called by nothing.
Result<NodeSet> compare_sets(const SetKinds& kinds, const CompareSets& compare);

// The error for a name that nothing has: it tells the nearest of those that there are, or where
// they can be seen.
tl::unexpected<Error> no_such_name(const std::string& what, const Glob& name,
                                   const std::vector<std::string>& names);

}  // namespace heapsnap
