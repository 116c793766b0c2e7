#include "libanalysis/address_map.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <vector>

namespace heapsnap {
namespace {

using Run = std::vector<TaggedAddress>;

AddressMap map_of(std::vector<Run>& runs, unsigned threads = 2) {
  std::vector<std::span<TaggedAddress>> spans(runs.begin(), runs.end());
  return AddressMap(spans, threads);
}

// Ids as the definition has them: containers, the virtual root, leaves, each in address order.
std::map<Address, NodeId> ids_by_sorting(const std::vector<Run>& runs) {
  std::vector<Address> containers, leaves;
  for (const Run& run : runs) {
    for (const TaggedAddress tagged : run) {
      if (tagged & kIgnoredTag) continue;
      (tagged & kContainerTag ? containers : leaves).push_back(untagged(tagged));
    }
  }
  std::ranges::sort(containers);
  std::ranges::sort(leaves);
  std::map<Address, NodeId> ids;
  NodeId next = 0;
  for (const Address address : containers) ids[address] = next++;
  ++next;
  for (const Address address : leaves) ids[address] = next++;
  return ids;
}

void check_against_sorting(std::vector<Run> runs) {
  const AddressMap map = map_of(runs);
  const auto ids = ids_by_sorting(runs);
  CHECK(map.container_count() + map.leaf_count() == ids.size());
  for (const auto& [address, id] : ids) {
    REQUIRE(map.find(address) == id);
    REQUIRE(map.find(address ^ 8) == kNoNode);  // the other half of its granule
    if (!ids.contains(address + 16)) REQUIRE(map.find(address + 16) == kNoNode);
    REQUIRE(map.find(address + 4) == kNoNode);
  }
}

std::vector<Run> random_runs(std::uint64_t seed, std::size_t count, std::uint64_t spread) {
  std::mt19937_64 random(seed);
  std::vector<Address> granules;
  for (std::size_t i = 0; i < count; ++i) granules.push_back(0x7F0000000 + random() % spread);
  std::ranges::sort(granules);
  granules.erase(std::unique(granules.begin(), granules.end()), granules.end());
  std::shuffle(granules.begin(), granules.end(), random);
  std::vector<Run> runs(3);
  for (const Address granule : granules) {
    const Address odd = random() % 10 == 0 ? 8 : 0;
    const TaggedAddress tag = random() % 3 == 0 ? kContainerTag : 0;
    runs[random() % 3].push_back(granule * 16 + odd + tag);
  }
  return runs;
}

TEST_CASE("ids are ranks, whatever the order of the records") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    check_against_sorting(random_runs(seed, 500, 2000));      // one page
    check_against_sorting(random_runs(seed, 2000, 1 << 20));  // several
  }
}

TEST_CASE("a heap spread over far more pages than it has nodes is sorted instead") {
  check_against_sorting(random_runs(1, 3000, std::uint64_t{1} << 36));
}

TEST_CASE("a map of nothing finds nothing") {
  std::vector<Run> runs;
  const AddressMap map = map_of(runs);
  CHECK(map.container_count() == 0);
  CHECK(map.find(0x1000) == kNoNode);
  CHECK(map.find(0) == kNoNode);
  CHECK(map.find(~Address{0}) == kNoNode);
}

TEST_CASE("of two nodes in one granule the later is ignored") {
  for (const Address far : {Address{0x100000}, Address{0x100000000000}}) {  // bitmap; sorted
    std::vector<Run> runs(2);
    for (Address i = 0; i < 200; ++i) runs[0].push_back(0x1000 + far * i);
    runs[1] = {0x1008, 0x1000 + kContainerTag, 0x2000 + kContainerTag};
    const AddressMap map = map_of(runs);
    CHECK(map.rejected() == 2);
    CHECK((runs[0][0] & kIgnoredTag) == 0);
    CHECK((runs[1][0] & kIgnoredTag) != 0);
    CHECK((runs[1][1] & kIgnoredTag) != 0);
    CHECK(map.find(0x2000) == 0);
    CHECK(map.find(0x1000) == 2);
    CHECK(map.find(0x1008) == kNoNode);
  }
}

TEST_CASE("addresses beyond what a processor has are ignored") {
  std::vector<Run> runs = {{0x1000, Address{1} << 60}};
  const AddressMap map = map_of(runs);
  CHECK(map.rejected() == 1);
  CHECK(map.leaf_count() == 1);
  CHECK(map.find(Address{1} << 60) == kNoNode);
}

}  // namespace
}  // namespace heapsnap
