#include "libanalysis/census.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "libanalysis/classifier.h"
#include "libanalysis/partition.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

using Rows = std::vector<std::tuple<std::string, std::string, std::uint64_t, std::uint64_t>>;

Rows rows_of(const Partition& partition) {
  Rows rows;
  for (const Row& row : ranked(partition, SortBy::kName, 0).rows) {
    const Classification& kinds = partition.classification;
    rows.emplace_back(kinds.name(row.kind), kinds.select(row.kind), row.measure.count,
                      row.measure.shallow);
  }
  return rows;
}

template <class Counted>
Partition partition_by(const Classifier& classifier, const Heap& heap, const Counted& counted) {
  Result<Classification> kinds = classifier.classify(heap, heap.graph().objects());
  REQUIRE(kinds.has_value());
  return partition(counted, std::move(*kinds));
}

// Some thousand nodes of types in two modules, two of them of one name, some very large; a thread.
void fill(SnapshotBuilder& snapshot, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint32_t> types;
  for (const char* name : {"A", "B", "B", "C"}) {
    types.push_back(snapshot.type({.layout = TypeLayout::kList,
                                   .module = types.size() % 2 == 0 ? "app.a" : "app.b",
                                   .qualname = name}));
  }
  snapshot.node({.type = kThreadType, .size = 100});
  Address last = 0;
  for (std::size_t i = 0; i < 3000; ++i) {
    const std::uint32_t type = types[random() % types.size()];
    const std::uint64_t size = random() % 50 == 0 ? std::uint64_t{1} << (20 + random() % 20)
                                                  : 16 + 8 * (random() % (seed * 100 + 1));
    last = snapshot.node({.type = type, .size = size, .edges = {{Part::kItems, {last, 0}}}});
  }
}

TEST_CASE("a census and the graph have the same rows") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    SnapshotBuilder snapshot;
    fill(snapshot, seed);
    SnapshotReader reader = snapshot.open();
    const std::optional<Census> census = take_census(reader, {.threads = 2});
    REQUIRE(census.has_value());
    const Heap heap(*build_graph(reader));
    CHECK(measure(*census) == measure(heap.graph(), heap.graph().objects()));
    for (const std::string by : {"type", "size", "module", "package", "unity", "type,size"}) {
      INFO(by);
      const Result<Classifier> classifier = find_classifier(by);
      REQUIRE(classifier.has_value());
      REQUIRE(classifier->is_of_census());
      const Partition expected = partition_by(*classifier, heap, heap.graph());
      CHECK(rows_of(partition_by(*classifier, census->kinds, *census)) == rows_of(expected));
    }
  }
}

TEST_CASE("a product is of a census if all of its factors are") {
  for (const ClassifierEntry& entry : classifiers()) {
    if (entry.takes != Takes::kNothing) continue;
    CHECK(find_classifier(std::string(entry.name) + ",type")->is_of_census() == entry.of_census);
  }
}

TEST_CASE("there is no census of what contradicts itself") {
  SnapshotBuilder twice;
  twice.node({.address = 0x7F0000001000, .type = twice.type("A"), .size = 16});
  twice.node({.address = 0x7F0000001000, .type = twice.type("B"), .size = 16});
  SnapshotReader reader = twice.open();
  CHECK(!take_census(reader).has_value());

  SnapshotBuilder unknown;
  unknown.node({.type = 77, .size = 16});
  SnapshotReader of_unknown = unknown.open();
  CHECK(!take_census(of_unknown).has_value());
}

TEST_CASE("there is no census of a part of a snapshot") {
  SnapshotBuilder snapshot;
  snapshot.node({.type = snapshot.type("A"), .size = 16});
  SnapshotReader reader = open_bytes(snapshot.bytes("stopped"));
  CHECK(!take_census(reader).has_value());
}

}  // namespace
}  // namespace heapsnap
