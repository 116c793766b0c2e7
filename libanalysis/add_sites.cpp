// Where objects were allocated. Of two sites of one file and line the first is both.

#include <map>
#include <unordered_map>
#include <utility>

#include "libanalysis/construction.h"

namespace heapsnap {
namespace {

// By its number in the file.
std::unordered_map<std::uint32_t, SiteId> number_sites(Construction& c,
                                                       const std::vector<SiteRecord>& records) {
  std::vector<SourceLine>& sites = c.graph.sites;
  std::map<std::pair<std::string_view, std::uint32_t>, SiteId> known;
  std::unordered_map<std::uint32_t, SiteId> ids;
  sites.resize(1);  // that of objects of which none is known
  for (const SiteRecord& record : records) {
    const auto next = static_cast<SiteId>(sites.size());
    const auto [at, is_new] = known.try_emplace({record.file, record.line}, next);
    if (is_new) sites.push_back({record.file, record.line});
    if (!ids.try_emplace(record.id, at->second).second) ++c.graph.damage.dangling_sites;
  }
  return ids;
}

}  // namespace

Result<void> add_sites(Construction& c, SnapshotReader& snapshot) {
  const std::vector<SiteRecord>& records = snapshot.tables().sites;
  if (records.empty() && !snapshot.tables().number("allocations")) return {};
  const auto ids = number_sites(c, records);
  c.graph.site = Array<SiteId>(c.graph.node_count);
  return snapshot.for_each_allocation([&](const AllocationRecord& allocation) {
    const NodeId node = c.graph.addresses.find(allocation.address);
    const auto site = ids.find(allocation.site);
    if (node == kNoNode || site == ids.end() || c.graph.site[node] != kNoSite) {
      ++c.graph.damage.dangling_sites;
    } else {
      c.graph.site[node] = site->second;
    }
  });
}

}  // namespace heapsnap
