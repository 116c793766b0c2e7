// What build_graph makes of snapshots that contradict themselves or are not all there.

#include <catch2/catch.hpp>
#include <functional>
#include <vector>

#include "libanalysis/graph_builder.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

Result<Graph> build(SnapshotBuilder& snapshot, const BuildOptions& options = {}) {
  SnapshotReader reader = snapshot.open({.partial = options.partial});
  return build_graph(reader, options);
}

// Each is refused, and with `partial` used but for what contradicts the rest.
struct Contradiction {
  const char* claim;
  std::function<void(SnapshotBuilder&)> add;
  const char* message;
};

TEST_CASE("contradictions are refused, and counted where a damaged file is asked for") {
  const Contradiction contradictions[] = {
      {"two objects in one granule",
       [](SnapshotBuilder& snapshot) { snapshot.node({.address = 0x1008, .type = 4}); }, "0x1008"},
      {"an object twice",
       [](SnapshotBuilder& snapshot) { snapshot.node({.address = 0x1000, .type = 4}); }, "0x1000"},
      {"an object outside of memory",
       [](SnapshotBuilder& snapshot) { snapshot.node({.address = Address{1} << 60, .type = 4}); },
       "outside of memory"},
      {"a type twice",
       [](SnapshotBuilder& snapshot) {
         snapshot.out().add(TypeRecord{.id = 4, .qualname = "again"});
       },
       "type 4"},
      {"a type number out of range",
       [](SnapshotBuilder& snapshot) { snapshot.out().add(TypeRecord{.id = 4'000'000'000}); },
       "type 4000000000"},
      {"a key table that is not there",
       [](SnapshotBuilder& snapshot) {
         snapshot.node(
             {.address = 0x3000, .type = 4, .keys = 9, .edges = {{Part::kValues, {0x1000}}}});
       },
       "key table 9"},
      {"a key table twice",
       [](SnapshotBuilder& snapshot) {
         snapshot.out().add(KeysRecord{.id = 1});
         snapshot.out().add(KeysRecord{.id = 1});
       },
       "key table 1"},
      {"a continuation of nothing",
       [](SnapshotBuilder& snapshot) {
         snapshot.node({.address = 0x3000,
                        .type = 4,
                        .flags = kContinuation,
                        .start = 8192,
                        .edges = {{Part::kItems, {0x1000}}}});
       },
       "0x3000"},
      {"a continuation that leaves a gap",
       [](SnapshotBuilder& snapshot) {
         snapshot.node({.address = 0x3000, .type = 4, .edges = {{Part::kItems, {0x1000, 0x1000}}}});
         snapshot.node({.address = 0x3000,
                        .type = 4,
                        .flags = kContinuation,
                        .start = 3,
                        .edges = {{Part::kItems, {0x1000}}}});
       },
       "0x3000"},
      {"a continuation of another type",
       [](SnapshotBuilder& snapshot) {
         snapshot.node({.address = 0x3000, .type = 4, .edges = {{Part::kItems, {0x1000}}}});
         snapshot.node({.address = 0x3000,
                        .type = 5,
                        .flags = kContinuation,
                        .start = 1,
                        .edges = {{Part::kItems, {0x1000}}}});
       },
       "0x3000"},
  };
  for (const Contradiction& contradiction : contradictions) {
    INFO(contradiction.claim);
    for (const bool partial : {false, true}) {
      SnapshotBuilder snapshot;
      snapshot.type("object");
      snapshot.type("other");
      snapshot.node({.address = 0x1000, .type = 4});
      contradiction.add(snapshot);
      const Result<Graph> graph = build(snapshot, {.partial = partial});
      REQUIRE(graph.has_value() == partial);
      if (partial) {
        CHECK(graph->damage().rejected == 1);
        CHECK(graph->find(0x1000) != kNoNode);
      } else {
        CHECK(graph.error().code == ErrorCode::kUnreadable);
        CHECK_THAT(graph.error().message, Catch::Contains(contradiction.message));
      }
    }
  }
}

TEST_CASE("objects of unknown types are refused, or stand under a name that says so") {
  for (const bool partial : {false, true}) {
    SnapshotBuilder snapshot;
    const Address a = snapshot.node({.type = 1000});
    const Result<Graph> graph = build(snapshot, {.partial = partial});
    REQUIRE(graph.has_value() == partial);
    if (!partial) continue;
    CHECK(graph->damage().unknown_type == 1);
    CHECK(graph->type_name(graph->type_of(graph->find(a))) == "<unknown type>");
    CHECK(graph->is_object(graph->find(a)));
  }
}

TEST_CASE("a snapshot that is cut off is used as far as it goes") {
  SnapshotBuilder whole;
  const auto type = whole.type("object");
  const Address a = whole.node({.type = type});
  std::vector<std::uint8_t> bytes = whole.bytes();
  bytes.pop_back();  // into the end chunk
  SnapshotReader reader = open_bytes(std::move(bytes));
  const Result<Graph> graph = build_graph(reader);
  REQUIRE(graph.has_value());
  CHECK_FALSE(graph->damage().complete);
  CHECK_FALSE(graph->damage().reason.empty());
  CHECK(graph->find(a) != kNoNode);
}

}  // namespace
}  // namespace heapsnap
