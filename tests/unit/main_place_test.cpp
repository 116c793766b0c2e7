#include "libanalysis/main_place.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/module_heap.h"

namespace heapsnap {
namespace {

Address sessions(ModuleHeap& app, int count, std::uint64_t payload) {
  std::vector<Address> all;
  for (int i = 0; i < count; ++i) {
    all.push_back(app.instance("app.Session", {{"data", app.list({}, payload)}}));
  }
  return app.list(all);
}

// Many small sessions, and few with much in them.
struct Places {
  Heap heap;
  PathTree tree;
  NodeSet sessions;

  Places(int many, int large)
      : heap(made(many, large)),
        tree(path_tree(heap.graph())),
        sessions(heap.graph().node_count()) {
    const Graph& graph = heap.graph();
    for (const NodeId id : graph.objects()) {
      if (graph.type_name(graph.type_of(id)) == "app.Session") sessions.insert(id);
    }
  }
  static Heap made(int many, int large) {
    ModuleHeap app;
    app.module("app", {{"many", heapsnap::sessions(app, many, 64)},
                       {"large", heapsnap::sessions(app, large, 50'000)}});
    return app.heap();
  }
  std::string path(Gauged measure) const {
    return path_text(tree, main_path(tree, heap.graph(), sessions, measure));
  }
};

TEST_CASE("most objects, bytes or bytes below decide which place is named") {
  const Places places(5, 3);
  CHECK(places.path(Gauged::kCount) == "app.many[*]");
  CHECK(places.path(Gauged::kShallow) == "app.many[*]");
  CHECK(places.path(Gauged::kRetained) == "app.large[*]");
  CHECK(main_path(places.tree, places.heap.graph(), NodeSet(places.heap.graph().node_count()),
                  Gauged::kCount) == kTopPath);
}

TEST_CASE("of growth the place is named that grew most, not the one that has most") {
  const Places before(50, 2), after(51, 5);
  PathGrowth growth;
  growth.add(before.heap.graph(), before.tree);
  growth.add(after.heap.graph(), after.tree);
  const std::vector<Holder> holders = find_holders(growth, 0, 1);
  REQUIRE(holders.size() == 2);
  const auto main = [&](const NodeSet& objects, Gauged measure) {
    return main_holder(holders, growth, 0, after.tree, after.heap.graph(), objects, measure);
  };
  for (const Gauged measure : {Gauged::kCount, Gauged::kShallow, Gauged::kRetained}) {
    REQUIRE(main(after.sessions, measure) != nullptr);
    CHECK(main(after.sessions, measure)->path == "app.large[*]");
    CHECK(main(NodeSet(after.heap.graph().node_count()), measure) == nullptr);
  }
  CHECK(after.path(Gauged::kCount) == "app.many[*]");
}

}  // namespace
}  // namespace heapsnap
