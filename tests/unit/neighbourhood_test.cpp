#include "libanalysis/neighbourhood.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

// Names of the nodes around one of them, and how many were left out.
struct Around {
  std::set<std::string> names;
  std::size_t left_out;
};

Around around(const NamedHeap& heap, const char* middle, std::size_t steps, std::size_t most) {
  NodeSet set(heap.graph.node_count());
  set.insert(heap[middle]);
  const Neighbourhood found = neighbourhood(heap.heap, set, steps, most);
  Around result{{}, found.left_out};
  for (std::size_t i = 0; i < heap.ids.size(); ++i) {
    for (const NodeId id : found.nodes) {
      if (id == heap.ids[i]) result.names.insert(heap.names[i]);
    }
  }
  CHECK(result.names.size() == found.nodes.size());
  return result;
}

const char* const kChain = R"(
  root    -> top
  top     -> holder sibling
  holder  -> middle other
  middle  -> part loop
  part    -> deep
  loop    -> middle
  sibling -> middle
)";

TEST_CASE("a neighbourhood of no step is the set") {
  CHECK(around(heap_from(kChain), "middle", 0, 0).names == std::set<std::string>{"middle"});
}

TEST_CASE("a step leads to referents and to referrers") {
  const Around found = around(heap_from(kChain), "middle", 1, 0);
  CHECK(found.names == std::set<std::string>{"middle", "part", "loop", "holder", "sibling"});
  CHECK(found.left_out == 0);
}

TEST_CASE("no step turns round") {
  const Around found = around(heap_from(kChain), "middle", 2, 0);
  CHECK(found.names == std::set<std::string>{"middle", "part", "loop", "holder", "sibling", "deep",
                                             "top"});  // not `other`
}

TEST_CASE("the largest are taken, and what is left out is counted") {
  const NamedHeap heap = heap_from(R"(
    root   -> middle
    middle -> small large medium
    small  = object 10
    medium = object 20
    large  = object 30
  )");
  const Around found = around(heap, "middle", 1, 3);
  CHECK(found.names == std::set<std::string>{"middle", "large", "medium"});
  CHECK(found.left_out == 1);
}

TEST_CASE("a large set leaves room for what holds it") {
  const NamedHeap heap = heap_from(R"(
    root   -> holder
    holder -> a b c d
  )");
  NodeSet set(heap.graph.node_count());
  for (const char* name : {"a", "b", "c", "d"}) set.insert(heap[name]);
  const Neighbourhood found = neighbourhood(heap.heap, set, 1, 4);
  CHECK(found.nodes.size() == 4);
  CHECK(found.nodes.back() == heap["holder"]);
  CHECK(found.left_out == 1);
}

}  // namespace
}  // namespace heapsnap
