#include "tests/bench/peer_hash_map.h"

#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "libanalysis/address_map.h"
#include "libsnapshot/snapshot_reader.h"
#include "tests/bench/timing.h"

namespace heapsnap {
namespace {

struct Addresses {
  std::vector<TaggedAddress> nodes;  // in the order of the file
  std::vector<Address> references;
};

Result<Addresses> read_addresses(const char* path) {
  Result<SnapshotReader> snapshot = SnapshotReader::open(path, {.threads = 1});
  if (!snapshot) return tl::unexpected(snapshot.error());
  Addresses found;
  const auto done = snapshot->for_each_nodes_chunk([&](std::size_t, const NodeChunk& chunk) {
    for (const NodeEntry& node : chunk.nodes()) {
      if (chunk.shape_of(node).flags & kContinuation) continue;
      const bool leaf = chunk.shape_of(node).edges == 0;
      found.nodes.push_back(node.address | (leaf ? 0 : kContainerTag));
    }
    for (const Address edge : chunk.edges()) {
      if (edge != 0) found.references.push_back(edge);
    }
  });
  if (!done) return tl::unexpected(done.error());
  return found;
}

}  // namespace

Result<ResolveTimes> time_resolving(const char* path) {
  Result<Addresses> read = read_addresses(path);
  if (!read) return tl::unexpected(read.error());
  const std::vector<Address>& references = read->references;
  ResolveTimes times{.references = references.size()};

  std::unique_ptr<AddressMap> map;
  const std::span<TaggedAddress> run = read->nodes;
  times.build =
      smallest([&] { map = std::make_unique<AddressMap>(std::span(&run, 1), 1); });
  std::vector<NodeId> ids(references.size());
  times.look_up = smallest([&] {
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = map->find(references[i]);
  });

  std::vector<NodeId> numbers;
  for (const TaggedAddress node : run) numbers.push_back(map->find(untagged(node)));
  std::unordered_map<Address, NodeId> peer;
  times.peer_build = seconds([&] {
    peer.reserve(run.size());
    for (std::size_t i = 0; i < run.size(); ++i) peer.emplace(untagged(run[i]), numbers[i]);
  });
  times.peer_look_up = seconds([&] {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto at = peer.find(references[i]);
      times.differences += ids[i] != (at == peer.end() ? kNoNode : at->second);
    }
  });
  return times;
}

}  // namespace heapsnap
