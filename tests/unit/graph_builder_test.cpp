#include "libanalysis/graph_builder.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "libanalysis/labels.h"
#include "tests/support/heap_from.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

std::vector<NodeId> list(std::span<const NodeId> nodes) { return {nodes.begin(), nodes.end()}; }

Result<Graph> build(SnapshotBuilder& snapshot, const BuildOptions& options = {}) {
  SnapshotReader reader = snapshot.open({.partial = options.partial});
  return build_graph(reader, options);
}

// The graph of a snapshot that is as it should be.
Graph graph_of(SnapshotBuilder& snapshot) {
  Result<Graph> graph = build(snapshot);
  INFO((graph ? std::string() : graph.error().message));
  REQUIRE(graph.has_value());
  return std::move(*graph);
}

std::vector<RootKind> kinds_of_roots(const Graph& graph, NodeId id) {
  std::vector<RootKind> kinds;
  for (const RootEdge& root : graph.roots()) {
    if (root.target == id) kinds.push_back(root.kind);
  }
  return kinds;
}

TEST_CASE("containers come first, then the virtual root, then leaves, each by address") {
  const NamedHeap heap = heap_from(R"(
    root  -> a leaf1
    leaf2 = object 16 refs 2
    a     -> leaf2 b
    b     -> a
  )");
  CHECK(heap.graph.node_count() == 5);
  CHECK(heap.graph.object_count() == 4);
  CHECK(heap["a"] == 0);
  CHECK(heap["b"] == 1);
  CHECK(heap.graph.root() == 2);
  CHECK(heap["leaf1"] == 3);
  CHECK(heap["leaf2"] == 4);
  CHECK(heap.graph.edge_count() == 3);
}

TEST_CASE("referents are in recorded order, and referrers have each edge once") {
  const NamedHeap heap = heap_from(R"(
    root -> a
    a    -> c b c a
    b    -> c
  )");
  const Graph& graph = heap.graph;
  CHECK(list(graph.referents(heap["a"])) ==
        std::vector<NodeId>{heap["c"], heap["b"], heap["c"], heap["a"]});
  CHECK(list(graph.referrers(heap["c"])) == std::vector<NodeId>{heap["a"], heap["a"], heap["b"]});
  CHECK(list(graph.referrers(heap["a"])) == std::vector<NodeId>{heap["a"], graph.root()});
  CHECK(graph.referents(heap["c"]).empty());
}

TEST_CASE("referrers are the inverse of referents, and everything is reached") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const NamedHeap heap = heap_of(random_plan(seed, 1 + seed % 40, seed % 97));
    const Graph& graph = heap.graph;
    std::vector<std::vector<NodeId>> expected(graph.node_count());
    std::vector<NodeId> order;
    for (NodeId id = 0; id < graph.container_count(); ++id) order.push_back(id);
    order.push_back(graph.root());
    for (const NodeId source : order) {
      for (const NodeId target : graph.referents(source)) expected[target].push_back(source);
    }
    for (NodeId id = 0; id < graph.node_count(); ++id) {
      REQUIRE(list(graph.referrers(id)) == expected[id]);
      REQUIRE((id == graph.root() || !expected[id].empty()));
    }
  }
}

TEST_CASE("columns hold what was recorded, large numbers too") {
  SnapshotBuilder snapshot;
  const auto type = snapshot.type("object");
  const std::uint64_t large = std::uint64_t{5} << 40;
  const Address a =
      snapshot.node({.type = type, .size = large, .refcount = large, .flags = kTracked});
  const Address b = snapshot.node({.type = type, .size = 0xFFFFFFFF, .external = 77});
  snapshot.root(RootKind::kThread, b);
  const Graph graph = graph_of(snapshot);
  CHECK(graph.size(graph.find(a)) == large);
  CHECK(graph.refcount(graph.find(a)) == large);
  CHECK(graph.flags(graph.find(a)) == kTracked);
  CHECK(graph.external(graph.find(a)) == 0);
  CHECK(graph.size(graph.find(b)) == 0xFFFFFFFF);
  CHECK(graph.refcount(graph.find(b)) == 1);
  CHECK(graph.external(graph.find(b)) == 77);
  CHECK(graph.address(graph.find(b)) == b);
  CHECK(graph.type_name(graph.type_of(graph.find(a))) == "object");
}

TEST_CASE("a graph of nothing but facts has the virtual root") {
  SnapshotBuilder snapshot;
  const Graph graph = graph_of(snapshot);
  CHECK(graph.node_count() == 1);
  CHECK(graph.object_count() == 0);
  CHECK(graph.referents(graph.root()).empty());
}

TEST_CASE("an edge to no node is counted and dropped, and the others keep their labels") {
  SnapshotBuilder snapshot;
  const auto type = snapshot.type("list", TypeLayout::kList);
  const Address a = snapshot.node({.type = type});
  const Address b =
      snapshot.node({.type = type, .edges = {{Part::kItems, {0xDEAD0, a, 0, a + 8, a, 0xDEAD0}}}});
  snapshot.root(RootKind::kThread, b);
  const Graph graph = graph_of(snapshot);
  const NodeId source = graph.find(b);
  CHECK(graph.damage().dangling == 3);
  REQUIRE(graph.referents(source).size() == 2);
  CHECK(label_text(graph, label_of(graph, source, 0)) == "[1]");
  CHECK(label_text(graph, label_of(graph, source, 1)) == "[4]");
}

TEST_CASE("the edge to the type comes first") {
  SnapshotBuilder snapshot;
  const auto meta = snapshot.type("type", TypeLayout::kType);
  const Address type_object = snapshot.node({.address = 0x5000, .type = meta});
  const auto type = snapshot.type(TypeRecord{.address = type_object, .qualname = "Node"});
  const Address a =
      snapshot.node({.type = type, .flags = kTypeEdge, .edges = {{Part::kItems, {0x5000}}}});
  snapshot.root(RootKind::kThread, a);
  const Graph graph = graph_of(snapshot);
  const NodeId source = graph.find(a), target = graph.find(type_object);
  CHECK(list(graph.referents(source)) == std::vector<NodeId>{target, target});
  CHECK(label_text(graph, label_of(graph, source, 0)) == "->ob_type");
  CHECK(label_text(graph, label_of(graph, source, 1)) == "[0]");
  CHECK(graph.type_node(graph.type_of(source)) == target);
}

TEST_CASE("weak edges keep nothing alive and stand apart") {
  SnapshotBuilder snapshot;
  const auto type = snapshot.type("weakref", TypeLayout::kWeakref,
                                  {{.word = 2, .flags = kFieldWeak, .label = "->wr_object"},
                                   {.word = 3, .label = ".__callback__"}});
  const auto other = snapshot.type("object");
  const Address referent = snapshot.node({.type = other, .refcount = 1});
  const Address callback = snapshot.node({.type = other, .refcount = 1});
  const Address weak =
      snapshot.node({.type = type,
                     .offsets = {3, 2},
                     .edges = {{Part::kWords, {callback}}, {Part::kWeak, {referent}}}});
  snapshot.root(RootKind::kThread, weak);
  const Graph graph = graph_of(snapshot);
  const NodeId source = graph.find(weak), target = graph.find(referent);
  CHECK(list(graph.referents(source)) == std::vector<NodeId>{graph.find(callback)});
  REQUIRE(graph.weak_referents(source).size() == 1);
  CHECK(graph.weak_referents(source)[0].target == target);
  CHECK(label_text(graph, label_of(graph, graph.weak_referents(source)[0])) == "->wr_object");
  REQUIRE(graph.weak_referrers(target).size() == 1);
  CHECK(graph.weak_referrers(target)[0].source == source);
  CHECK(kinds_of_roots(graph, target) == std::vector{RootKind::kHeldByC});
}

TEST_CASE("a large node is put together from its continuations") {
  SnapshotBuilder snapshot;
  const auto list_type = snapshot.type("list", TypeLayout::kList);
  const auto object = snapshot.type("object");
  std::vector<Address> items;
  for (std::size_t i = 0; i < 20'000; ++i) {
    items.push_back(i % 7 == 3 ? 0 : snapshot.node({.type = object}));
  }
  items[12'345] = 0xDEAD0;
  const Address large = snapshot.node({.type = list_type, .edges = {{Part::kItems, items}}});
  snapshot.root(RootKind::kThread, large);
  const Graph graph = graph_of(snapshot);
  const NodeId source = graph.find(large);
  std::size_t position = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i] == 0 || items[i] == 0xDEAD0) continue;
    REQUIRE(graph.address(graph.referents(source)[position]) == items[i]);
    REQUIRE(label_of(graph, source, position).index == i);
    ++position;
  }
  CHECK(graph.referents(source).size() == position);
  CHECK(graph.damage().dangling == 1);
}

TEST_CASE("a word that may be a reference is one if a reference to its target is unexplained") {
  SnapshotBuilder snapshot;
  const auto type = snapshot.type("frame", TypeLayout::kFrame);
  const Address once = snapshot.node({.type = type, .refcount = 1});
  const Address twice = snapshot.node({.type = type, .refcount = 2});
  const Address immortal = snapshot.node({.type = type, .refcount = 0});
  const Address frame =
      snapshot.node({.type = type,
                     .edges = {{Part::kItems, {once, twice}},
                               {Part::kMaybe, {once, twice, twice, immortal, 0x1238, 0}}}});
  snapshot.root(RootKind::kThread, frame);
  const Graph graph = graph_of(snapshot);
  const NodeId source = graph.find(frame);
  CHECK(list(graph.referents(source)) ==
        std::vector<NodeId>{graph.find(once), graph.find(twice), graph.find(twice)});
  CHECK(label_text(graph, label_of(graph, source, 2)) == "<stack 1>");
  CHECK(graph.damage().maybe_dropped == 4);
  CHECK(graph.damage().dangling == 0);
  CHECK(kinds_of_roots(graph, graph.find(twice)).empty());
}

TEST_CASE("what nothing in the file explains becomes a root of a derived kind") {
  const NamedHeap heap = heap_from(R"(
    root     -> top
    top      -> a
    a        = object 16 refs 2            # one more than edges
    forever  = object 16 refs 0
    old      = object 16 refs 999999999    # how 3.11 writes it
    top      -> kept
    kept     = object 16 refs 0            # immortal, and referred to
    ring1    -> ring2
    ring2    -> ring1 tail
    tail     -> end
    lonely   -> lonely
  )");
  const Graph& graph = heap.graph;
  CHECK(kinds_of_roots(graph, heap["top"]) == std::vector{RootKind::kThread});
  CHECK(kinds_of_roots(graph, heap["a"]) == std::vector{RootKind::kHeldByC});
  CHECK(kinds_of_roots(graph, heap["forever"]) == std::vector{RootKind::kImmortal});
  CHECK(kinds_of_roots(graph, heap["old"]) == std::vector{RootKind::kImmortal});
  CHECK(kinds_of_roots(graph, heap["kept"]) == std::vector{RootKind::kImmortal});
  CHECK(kinds_of_roots(graph, heap["tail"]).empty());
  CHECK(kinds_of_roots(graph, heap["end"]).empty());
  CHECK(kinds_of_roots(graph, heap["lonely"]) == std::vector{RootKind::kUnreachable});
  CHECK(kinds_of_roots(graph, heap["ring1"]).size() + kinds_of_roots(graph, heap["ring2"]).size() ==
        1);
  CHECK(std::ranges::is_sorted(graph.roots(), {}, &RootEdge::kind));
}

TEST_CASE("the method cache explains a reference to a name, on the versions that have it") {
  for (const auto& [version, held] :
       {std::pair(0x030B07F0u, false), std::pair(0x030C01F0u, true)}) {
    SnapshotBuilder snapshot;
    snapshot.fact("hexversion", std::uint64_t{version});
    const auto str = snapshot.type("str", TypeLayout::kStr);
    const auto list_type = snapshot.type("list", TypeLayout::kList);
    const Address name = snapshot.node({.type = str, .refcount = 2});
    const Address holder = snapshot.node({.type = list_type, .edges = {{Part::kItems, {name}}}});
    snapshot.root(RootKind::kThread, holder);
    const Graph graph = graph_of(snapshot);
    CHECK(kinds_of_roots(graph, graph.find(name)).empty() == !held);
  }
}

TEST_CASE("structures are nodes and no objects, and the roots that lead to them stay") {
  SnapshotBuilder snapshot;
  const auto object = snapshot.type("object");
  const Address local = snapshot.node({.type = object});
  const Address frame =
      snapshot.node({.type = kFrameType, .refcount = 0, .edges = {{Part::kItems, {local}}}});
  const Address thread =
      snapshot.node({.type = kThreadType, .refcount = 0, .edges = {{Part::kFrames, {frame}}}});
  const Address stray = snapshot.node({.type = kThreadType, .refcount = 0});
  snapshot.root(RootKind::kThread, thread);
  const Graph graph = graph_of(snapshot);
  CHECK(graph.object_count() == 1);
  CHECK_FALSE(graph.is_object(graph.find(thread)));
  CHECK_FALSE(graph.is_object(graph.find(frame)));
  CHECK(graph.is_object(graph.find(local)));
  CHECK(kinds_of_roots(graph, graph.find(thread)) == std::vector{RootKind::kThread});
  CHECK(kinds_of_roots(graph, graph.find(frame)).empty());
  CHECK(kinds_of_roots(graph, graph.find(stray)) == std::vector{RootKind::kThread});
}

TEST_CASE("a recorded root to no node is counted") {
  SnapshotBuilder snapshot;
  snapshot.root(RootKind::kInterpreter, 0xDEAD0, "modules");
  const Graph graph = graph_of(snapshot);
  CHECK(graph.damage().dangling_roots == 1);
  CHECK(graph.roots().empty());
}

void allocated(SnapshotBuilder& snapshot, Address object, std::uint32_t site) {
  snapshot.out().add(AllocationRecord{.address = object, .site = site});
}

TEST_CASE("objects have the site that allocated them, if the snapshot says so") {
  SnapshotBuilder snapshot;
  const auto type = snapshot.type("object");
  const Address a = snapshot.node({.type = type}), b = snapshot.node({.type = type});
  const Address c = snapshot.node({.type = type}), d = snapshot.node({.type = type});
  snapshot.out().add(SiteRecord{.id = 900, .line = 3, .file = "a.py"});
  snapshot.out().add(SiteRecord{.id = 7, .line = 4, .file = "a.py"});
  snapshot.out().add(SiteRecord{.id = 8, .line = 3, .file = "a.py"});  // the first again
  allocated(snapshot, a, 900);
  allocated(snapshot, b, 7);
  allocated(snapshot, c, 8);
  const Graph graph = graph_of(snapshot);
  REQUIRE(graph.has_sites());
  CHECK(graph.sites().size() == 3);
  const SiteId first = graph.site_of(graph.find(a)), second = graph.site_of(graph.find(b));
  CHECK(graph.sites()[first].line == 3);
  CHECK(graph.sites()[second].line == 4);
  CHECK(graph.sites()[second].file == "a.py");
  CHECK(graph.site_of(graph.find(c)) == first);
  CHECK(graph.site_of(graph.find(d)) == kNoSite);
  CHECK(graph.site_of(graph.root()) == kNoSite);
  CHECK(graph.damage().dangling_sites == 0);
}

TEST_CASE("a snapshot without sites, or with none found, says which it is") {
  SnapshotBuilder without;
  without.node({.type = without.type("object")});
  CHECK_FALSE(graph_of(without).has_sites());
  SnapshotBuilder asked;
  const Address object = asked.node({.type = asked.type("object")});
  asked.fact("allocations", std::uint64_t{0});
  const Graph graph = graph_of(asked);
  CHECK(graph.has_sites());
  CHECK(graph.site_of(graph.find(object)) == kNoSite);
}

TEST_CASE("allocations that make no sense are counted and dropped") {
  SnapshotBuilder snapshot;
  const Address object = snapshot.node({.type = snapshot.type("object")});
  snapshot.out().add(SiteRecord{.id = 1, .line = 3, .file = "a.py"});
  snapshot.out().add(SiteRecord{.id = 1, .line = 4, .file = "a.py"});  // a second of that id
  allocated(snapshot, 0xDEAD0, 1);                                    // no object
  allocated(snapshot, object, 2);                                     // no site
  allocated(snapshot, object, 1);
  allocated(snapshot, object, 1);  // again
  const Graph graph = graph_of(snapshot);
  CHECK(graph.damage().dangling_sites == 4);
  CHECK(graph.sites()[graph.site_of(graph.find(object))].line == 3);
}

TEST_CASE("types of one name print with their address") {
  SnapshotBuilder snapshot;
  snapshot.type(TypeRecord{.address = 0x5000, .module = "app", .qualname = "Node"});
  snapshot.type(TypeRecord{.address = 0x6000, .module = "app", .qualname = "Node"});
  snapshot.type(TypeRecord{.address = 0x7000, .module = "lib", .qualname = "Node"});
  snapshot.type(TypeRecord{.address = 0x8000, .module = "builtins", .qualname = "dict"});
  const Graph graph = graph_of(snapshot);
  CHECK(graph.type_name(4) == "app.Node@0x5000");
  CHECK(graph.type_name(5) == "app.Node@0x6000");
  CHECK(graph.type_name(6) == "lib.Node");
  CHECK(graph.type_name(7) == "dict");
}

TEST_CASE("the result does not depend on the number of threads") {
  const auto edges = [](unsigned threads) {
    SnapshotBuilder snapshot;
    const auto type = snapshot.type("list", TypeLayout::kList);
    for (Address i = 0; i < 5000; ++i) {
      snapshot.node({.address = 0x10000 + 64 * (i * 37 % 5000),
                     .type = type,
                     .edges = {{Part::kItems, {0x10000 + 64 * (i * 11 % 5000)}}}});
    }
    SnapshotReader reader = snapshot.open();
    const Result<Graph> graph = build_graph(reader, {.threads = threads});
    REQUIRE(graph.has_value());
    std::vector<NodeId> all;
    for (NodeId id = 0; id < graph->node_count(); ++id) {
      for (const NodeId target : graph->referents(id)) all.push_back(target);
      for (const NodeId source : graph->referrers(id)) all.push_back(source);
    }
    return all;
  };
  CHECK(edges(1) == edges(3));
}

}  // namespace
}  // namespace heapsnap
