// Kinds are sites; kNoSite is one of them.

#include "libanalysis/allocated_at.h"
#include "libanalysis/classifiers/all.h"

namespace heapsnap {
namespace {

Selector selector_of(const Graph& graph, SiteId id) {
  if (id == kNoSite) {
    Selectors known;
    known.push_back({AllocatedAt{.file = Glob{{"", ""}}}});
    return {Complement{std::move(known)}};
  }
  const SourceLine& site = graph.sites()[id];
  return {AllocatedAt{exactly(site.file), site.line, site.line}};
}

}  // namespace

Result<Classification> classify_by_alloc(const Heap& heap, const NodeSet& nodes, const Factor&) {
  const Graph& graph = heap.graph();
  if (!graph.has_sites()) return no_allocation_sites(graph);
  Classification result(graph.node_count(), static_cast<KindId>(graph.sites().size()));
  for (const NodeId id : nodes) result.put(id, KindId(graph.site_of(id)));
  result.name_kinds({.name = [&graph](KindId kind) { return site_text(graph, SiteId(kind)); },
                     .selector =
                         [&graph](KindId kind) { return selector_of(graph, SiteId(kind)); }});
  return result;
}

}  // namespace heapsnap
