// All classifiers. Their table, with the names that `--by` takes, is in classifier.cpp.
#pragma once

#include "libanalysis/classifier.h"
#include "libanalysis/graph.h"
#include "libanalysis/node_set.h"

namespace heapsnap {

// Kinds are types.
Classification classify_by_type(const Graph& graph, const NodeSet& nodes);
// As type, but a dict by the types of what has it as its __dict__: `dict of app.Node`,
// `dict of app.A | app.B` if it has several owners, `dict (no owner)`.
Classification classify_by_clodo(const Graph& graph, const NodeSet& nodes);
// By shallow size.
Classification classify_by_size(const Graph& graph, const NodeSet& nodes);
// Every object is a kind of its own.
Classification classify_by_id(const Graph& graph, const NodeSet& nodes);
// By the module in which the type is defined.
Classification classify_by_module(const Graph& graph, const NodeSet& nodes);
// By the top-level package of that module, shown as the distribution that it came with.
Classification classify_by_package(const Graph& graph, const NodeSet& nodes);
// By the set of the classes of what refers to it, or <Nothing>; rcs(CLS), of rcs by clodo.
Result<Classification> classify_by_rcs(const Heap& heap, const NodeSet& nodes,
                                       const Factor& factor);
// By the set of the labels of the edges that lead to it, or <Nothing>.
Result<Classification> classify_by_via(const Heap& heap, const NodeSet& nodes,
                                       const Factor& factor);
// By file and line of its allocation (allocated_at.h).
Result<Classification> classify_by_alloc(const Heap& heap, const NodeSet& nodes,
                                         const Factor& factor);
// By the kind of the root that reaches it first (depths.h).
Result<Classification> classify_by_root(const Heap& heap, const NodeSet& nodes,
                                        const Factor& factor);
// By the class of its immediate dominator; dominator(CLS), of dominator by type.
Result<Classification> classify_by_dominator(const Heap& heap, const NodeSet& nodes,
                                             const Factor& factor);
// By the first of several selectors that yields it.
Result<Classification> classify_by_first(const Heap& heap, const NodeSet& nodes,
                                         const Factor& factor);
// All of one kind.
Classification classify_by_unity(const Graph& graph, const NodeSet& nodes);

}  // namespace heapsnap
