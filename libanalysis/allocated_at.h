// What selectors and classifiers say of the lines where objects were allocated.
//
// A file is named by its whole name or by its end: `app.py` means every file `/srv/app.py`, unless
// one of the snapshot's is called just `app.py`; `*` is allowed in both.
#pragma once

#include <string>
#include <vector>

#include "libanalysis/graph.h"
#include "libanalysis/selector.h"
#include "libsnapshot/result.h"

namespace heapsnap {

// "/srv/app.py:12"; "unknown" of objects of which none is recorded.
std::string site_text(const Graph& graph, SiteId site);

// By site, whether the selector means it. kUsage if there are no sites, or no file of that name.
Result<std::vector<bool>> sites_at(const Graph& graph, const AllocatedAt& at);

// For a snapshot without: why, and what to try.
tl::unexpected<Error> no_allocation_sites(const Graph& graph);

}  // namespace heapsnap
