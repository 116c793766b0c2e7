#include "libanalysis/node_set.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <vector>

namespace heapsnap {
namespace {

NodeSet set_of(NodeId universe, std::initializer_list<NodeId> ids) {
  NodeSet set(universe);
  for (const NodeId id : ids) set.insert(id);
  return set;
}

std::vector<NodeId> members(const NodeSet& set) { return {set.begin(), set.end()}; }

TEST_CASE("a set lists its members in increasing order") {
  CHECK(members(set_of(200, {199, 0, 63, 64, 128})) == std::vector<NodeId>{0, 63, 64, 128, 199});
  CHECK(members(NodeSet(200)).empty());
  CHECK(members(NodeSet(0)).empty());
}

TEST_CASE("all() has every node and nothing beyond") {
  for (const NodeId universe : {0u, 1u, 63u, 64u, 65u, 128u}) {
    CHECK(NodeSet::all(universe).count() == universe);
    CHECK((~NodeSet::all(universe)).empty());
  }
}

TEST_CASE("add() tells what is new") {
  NodeSet set(10);
  CHECK(set.add(3));
  CHECK_FALSE(set.add(3));
  set.erase(3);
  CHECK_FALSE(set.contains(3));
}

TEST_CASE("the operators agree with those of ordered sets") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const NodeId universe = 1 + random() % 300;
    NodeSet a(universe), b(universe);
    std::set<NodeId> has_a, has_b;
    for (NodeId id = 0; id < universe; ++id) {
      if (random() % 2) a.insert(id), has_a.insert(id);
      if (random() % 3 == 0) b.insert(id), has_b.insert(id);
    }
    std::vector<NodeId> both, either, only;
    for (NodeId id = 0; id < universe; ++id) {
      if (has_a.contains(id) && has_b.contains(id)) both.push_back(id);
      if (has_a.contains(id) || has_b.contains(id)) either.push_back(id);
      if (has_a.contains(id) && !has_b.contains(id)) only.push_back(id);
    }
    CHECK(members(a & b) == both);
    CHECK(members(a | b) == either);
    CHECK(members(a - b) == only);
    CHECK(~(a | b) == (~a & ~b));  // De Morgan
    CHECK(~(a & b) == (~a | ~b));
    CHECK((a & b).count() == both.size());
  }
}

}  // namespace
}  // namespace heapsnap
