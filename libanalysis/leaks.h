// What leaks, as far as several snapshots of one program at work can tell: the holders whose growth
// does not end.
//
//     const Leaks leaks = find_leaks(growth);       // path_growth.h; three snapshots or more
//     leaks.found[0].holder.path                    // app.registry._live[*]
//     leaks.found[0].signature                      // 5b1f-registry-live
//
// A holder is a finding if it has more elements in each snapshot than in the one before it, and if
// growth does not fade: the later half of the steps adds at least half of what the earlier one does.
// So is a chain whose head changes its class (changing_chains.h), and a type whose objects hang now
// here and now there (growing_types.h). A table that was built once, a cache that filled up, and a
// pool that breathes are none; nor is a cache that sees fewer and fewer new keys. What grows in
// place has more references each time, or more bytes and half a KiB of them in all. A new attribute
// is not growth by itself; what it has gained since is, with nothing in the first snapshot.
//
// With two snapshots nothing is found: growth once is no leak. Rules for places that are known to
// grow (noise_rules.h), fading growth, imports, and garbage that the collector has still to come for
// are `noise`, each with its reason.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "libanalysis/holders.h"
#include "libanalysis/path_growth.h"

namespace heapsnap {

struct LeakOptions {
  std::size_t steps = 0;      // the last so many; 0: all
  bool collector_on = false;  // garbage is about to go: in a process that collects, it is noise
};

struct Leak {
  Holder holder;
  std::string signature;
};

struct Noise {
  Holder holder;
  std::string_view reason;
};

struct Leaks {
  std::vector<Leak> found;   // the largest growth in bytes first
  std::vector<Noise> noise;  // likewise: what has grown in every step and is no finding
};

Leaks find_leaks(const PathGrowth& growth, const LeakOptions& options = {});

// Whether the snapshot says that the collector of cycles was on.
bool is_collector_on(const Graph& graph);

}  // namespace heapsnap
