#include "libanalysis/source_place.h"

#include <catch2/catch.hpp>

#include "tests/support/module_heap.h"

namespace heapsnap {
namespace {

using Place = std::optional<SourcePlace>;

// A program with a registry of its own and one in a class of the standard library.
struct Program {
  ModuleHeap out;
  Address load = out.function("Registry.load", "/srv/app.py", 20);
  Address live = out.dict({{"k", out.integer()}});
  Address handlers = out.dict({{"k", out.integer()}});
  Address memo = out.dict({{"k", out.integer()}});
  Address bare = out.list({out.integer()});

  Heap heap() {
    const Address init = out.function("Registry.__init__", "/srv/app.py", 18);
    const Address borrowed = out.function("helper", "/srv/other.py", 3);
    const Address registry_class =
        out.class_object("app.Registry", {{"load", load}, {"__init__", init}, {"h", borrowed}});
    const Address logger_class = out.class_object(
        "logging.Logger", {{"log", out.function("Logger.log", "/lib/logging/__init__.py", 99)}});
    const Address registry = out.instance("app.Registry", {{"live", live}});
    const Address logger = out.instance("logging.Logger", {{"handlers", handlers}});
    const Address cached = out.instance(
        "functools.cached",
        {{"__wrapped__", out.function("total", "/srv/app.py", 44)}, {"cache", memo}});
    out.module("os", {{"__file__", out.text("/lib/os.py")}, {"__name__", out.text("os")}});
    out.module("app", {{"__file__", out.text("/srv/app.py")},
                       {"__name__", out.text("app")},
                       {"Registry", registry_class},
                       {"registry", registry},
                       {"log", logger},
                       {"total", cached},
                       {"bare", bare}});
    out.module("logging", {{"__file__", out.text("/lib/logging/__init__.py")},
                           {"__name__", out.text("logging")},
                           {"Logger", logger_class}});
    return out.heap();
  }
};

TEST_CASE("what holds objects is found at its class, its function, its module") {
  Program program;
  const Heap heap = program.heap();
  const Graph& graph = heap.graph();
  const PathTree tree = path_tree(graph);
  const auto place_of = [&](Address address) {
    return source_place(graph, tree, tree.path_of[graph.find(address)]);
  };
  CHECK(place_of(program.live) == Place({"/srv/app.py", 18, "class app.Registry"}));
  CHECK(place_of(program.load) == Place({"/srv/app.py", 20, "function Registry.load"}));
  CHECK(place_of(program.memo) == Place({"/srv/app.py", 44, "function total"}));
  CHECK(place_of(program.bare) == Place({"/srv/app.py", 1, "module app"}));
}

TEST_CASE("the program comes before the standard library, however near that is") {
  Program program;
  const Heap heap = program.heap();
  const Graph& graph = heap.graph();
  const PathTree tree = path_tree(graph);
  const NodeId handlers = graph.find(program.handlers);
  CHECK(source_place(graph, tree, tree.path_of[handlers]) ==
        Place({"/srv/app.py", 1, "module app"}));
}

TEST_CASE("where nothing has a file there is no place") {
  ModuleHeap out;
  const Address list = out.list({out.integer()});
  out.module("app", {{"list", list}});
  const Heap heap = out.heap();
  const PathTree tree = path_tree(heap.graph());
  CHECK(source_place(heap.graph(), tree, tree.path_of[heap.graph().find(list)]) == std::nullopt);
  CHECK(source_place(heap.graph(), tree, kTopPath) == std::nullopt);
}

}  // namespace
}  // namespace heapsnap
