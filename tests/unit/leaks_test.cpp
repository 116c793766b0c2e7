#include "libanalysis/leaks.h"

#include <catch2/catch.hpp>
#include <regex>
#include <string>
#include <vector>

#include "libanalysis/noise_rules.h"
#include "tests/support/module_heap.h"

namespace heapsnap {
namespace {

using Texts = std::vector<std::string>;
using Sizes = std::vector<std::size_t>;

// Snapshots in which app.items has so many numbers.
template <class Make>
PathGrowth growth_of(const Sizes& sizes, const Make& make) {
  PathGrowth growth;
  for (const std::size_t size : sizes) {
    ModuleHeap app;
    make(app, size);
    const Heap heap = app.heap();
    growth.add(heap.graph(), path_tree(heap.graph()));
  }
  return growth;
}

PathGrowth items(const Sizes& sizes) {
  return growth_of(sizes, [](ModuleHeap& app, std::size_t size) {
    std::vector<Address> all;
    for (std::size_t i = 0; i < size; ++i) all.push_back(app.integer());
    app.module("app", {{"items", app.list(all)}});
  });
}

Texts found(const PathGrowth& growth, const LeakOptions& options = {}) {
  Texts texts;
  for (const Leak& leak : find_leaks(growth, options).found) {
    texts.push_back(leak.holder.path + " " + leak.holder.type);
  }
  return texts;
}

Texts noise(const PathGrowth& growth, const LeakOptions& options = {}) {
  Texts texts;
  for (const Noise& one : find_leaks(growth, options).noise) {
    texts.push_back(one.holder.path + ": " + std::string(one.reason));
  }
  return texts;
}

const Texts kItems = {"app.items[*] int"};

TEST_CASE("what grows in every step is a leak") {
  CHECK(found(items({1, 3, 5, 7, 9})) == kItems);
  CHECK(found(items({0, 1, 9, 12})) == kItems);
  CHECK(found(items({5, 6, 7})) == kItems);
}

TEST_CASE("what stops, shrinks in between, or grew once is none") {
  CHECK(found(items({1, 3, 5, 5})).empty());
  CHECK(found(items({1, 5, 4, 9})).empty());
  CHECK(found(items({0, 0, 90, 90, 90})).empty());
  CHECK(found(items({4, 4, 4})).empty());
  CHECK(found(items({9, 7, 5})).empty());
}

TEST_CASE("two snapshots show no leak") { CHECK(found(items({1, 100})).empty()); }

TEST_CASE("the last steps may be enough") {
  CHECK(found(items({9, 9, 10, 11, 12})).empty());
  CHECK(found(items({9, 9, 10, 11, 12}), {.steps = 3}) == kItems);
}

TEST_CASE("growth that fades is noise, and is listed") {
  const PathGrowth growth = items({0, 40, 60, 70, 75});
  CHECK(found(growth).empty());
  const Texts listed = noise(growth);
  REQUIRE(listed.size() == 1);
  CHECK_THAT(listed[0], Catch::StartsWith("app.items[*]: fading"));
  CHECK(found(items({0, 40, 60, 70, 100})) == kItems);
}

TEST_CASE("a list of what was there before leaks by its references, a buffer by its bytes") {
  const PathGrowth shared = growth_of({3, 5, 9}, [](ModuleHeap& app, std::size_t size) {
    app.module("app", {{"all", app.list(std::vector<Address>(size, app.integer()))}});
  });
  CHECK(found(shared) == Texts{"app.all list"});
  const PathGrowth buffer = growth_of({300, 500, 900}, [](ModuleHeap& app, std::size_t size) {
    app.module("app", {{"log", app.list({}, size)}});
  });
  CHECK(found(buffer) == Texts{"app.log list"});
  const PathGrowth text = growth_of({300, 301, 302}, [](ModuleHeap& app, std::size_t size) {
    app.module("app", {{"status", app.list({}, size)}});
  });
  CHECK(found(text).empty());
}

TEST_CASE("new names that do not end are a leak") {
  const PathGrowth growth = growth_of({0, 3, 6}, [](ModuleHeap& app, std::size_t size) {
    ModuleHeap::Attributes names;
    for (std::size_t i = 0; i < size; ++i) names.push_back({"n" + std::to_string(i), app.integer()});
    app.module("app", {{"space", app.instance("app.Space", names)}});
  });
  CHECK(found(growth) == Texts{"app.space.* int"});
}

TEST_CASE("modules that are imported are noise, and modules that are made are a leak") {
  for (const bool is_import : {true, false}) {
    const PathGrowth growth = growth_of({0, 4, 8}, [&](ModuleHeap& app, std::size_t size) {
      for (std::size_t i = 0; i < size; ++i) {
        const std::string name = "plugin" + std::to_string(i);
        const Address spec = is_import ? app.instance("_frozen_importlib.ModuleSpec", {}) : app.integer();
        app.module(name, {{"__spec__", spec}});
      }
    });
    CHECK(found(growth) == (is_import ? Texts{} : Texts{"sys.modules[*] module"}));
    CHECK(noise(growth).size() == (is_import ? 2 : 1));  // one are the keys of the dict
  }
}

TEST_CASE("garbage is a leak unless the collector will come for it") {
  const PathGrowth growth = growth_of({1, 2, 3}, [](ModuleHeap& app, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) app.cycle("app.Node");
  });
  CHECK(found(growth) == Texts{"(unreachable) app.Node app.Node"});
  CHECK(found(growth, {.collector_on = true}).empty());
  CHECK(noise(growth, {.collector_on = true}).size() == 1);
}

// Below app.owners, so many of each kind in each snapshot: {owners, items of the first owner}; the
// others have one item each.
PathGrowth owners(const std::vector<std::pair<std::size_t, std::size_t>>& sizes) {
  PathGrowth growth;
  for (const auto& [count, items] : sizes) {
    ModuleHeap app;
    std::vector<Address> all;
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<Address> own;
      for (std::size_t k = 0; k < (i == 0 ? items : 1); ++k) own.push_back(app.instance("app.Item", {}));
      all.push_back(app.instance("app.Owner", {{"items", app.list(own)}}));
    }
    app.module("app", {{"owners", app.list(all)}});
    const Heap heap = app.heap();
    growth.add(heap.graph(), path_tree(heap.graph()));
  }
  return growth;
}

TEST_CASE("a new owner does not explain what others gain before and after") {
  CHECK(found(owners({{4, 100}, {4, 105}, {5, 110}, {5, 115}, {5, 120}})) ==
        Texts{"app.owners[*].items[*] app.Item"});
  CHECK(found(owners({{1, 1}, {2, 1}, {3, 1}, {4, 1}})) == Texts{"app.owners[*] app.Owner"});
}

TEST_CASE("what is made at its first use is a leak if it grows from then on") {
  const auto growth = [](const Sizes& sizes) {
    return growth_of(sizes, [](ModuleHeap& app, std::size_t size) {
      std::vector<Address> all;
      for (std::size_t i = 0; i < size; ++i) all.push_back(app.integer());
      app.module("app", {{"items", size == 0 ? app.integer() : app.list(all)}});
    });
  };
  CHECK(found(growth({0, 5, 10, 15})) == kItems);
  CHECK(found(growth({0, 5, 10, 10})).empty());
  CHECK(found(growth({0, 0, 5, 10})).empty());
}

// So many nodes at app.head and at app.tail.
PathGrowth ends(const std::vector<std::pair<std::size_t, std::size_t>>& sizes) {
  PathGrowth growth;
  for (const auto& [at_head, at_tail] : sizes) {
    ModuleHeap app;
    const auto chain = [&app](std::size_t size, const std::string& label) {
      Address last = app.instance("app.Node", {{label, app.integer()}});
      for (std::size_t i = 0; i < size; ++i) {
        last = app.instance("app.Node", {{label, last}, {"value", app.instance("app.Value", {})}});
      }
      return last;
    };
    const Address head = chain(at_head, "next"), tail = chain(at_tail, "prev");
    app.module("app", {{"head", head}, {"tail", tail}});
    const Heap heap = app.heap();
    growth.add(heap.graph(), path_tree(heap.graph()));
  }
  return growth;
}

TEST_CASE("a type that grows now here and now there is a leak, with what hangs at it") {
  const PathGrowth growth = ends({{5, 5}, {6, 5}, {6, 6}, {7, 6}, {7, 7}});
  const Leaks leaks = find_leaks(growth);
  REQUIRE(leaks.found.size() == 1);
  const Holder& holder = leaks.found[0].holder;
  CHECK(holder.path + " " + holder.type == "app.head(.next)* app.Node");
  CHECK(holder.count_growth == 4);
  CHECK(holder.series.front().count == 12);
  CHECK(found(ends({{5, 5}, {6, 5}, {6, 6}})).empty());
  CHECK(found(ends({{5, 5}, {6, 5}, {5, 6}, {6, 6}, {6, 7}})).empty());
}

// Snapshots of a chain of so many links, in two classes that take turns, below app.head.
PathGrowth chain(const Sizes& sizes) {
  return growth_of(sizes, [](ModuleHeap& app, std::size_t size) {
    Address head = app.integer();
    for (std::size_t i = 0; i < size; ++i) {
      head = app.instance(i % 2 == 0 ? "app.Log" : "app.Compress", {{"inner", head}});
    }
    app.module("app", {{"head", head}});
  });
}

TEST_CASE("a chain whose head changes its class leaks as any other") {
  const Texts kChain = {"app.head(.inner)* app.Compress"};
  CHECK(found(chain({25, 50, 75, 100, 125})) == kChain);
  CHECK(found(chain({25, 50, 75, 100})) == kChain);
  CHECK(found(chain({26, 51, 76, 101})) == kChain);
  CHECK(found(chain({20, 40, 60, 80})) == kChain);  // one class at the head, each time
  CHECK(found(chain({25, 50, 49, 100, 125})).empty());
  CHECK(found(chain({9, 50, 75, 79, 83})).empty());
  CHECK(noise(chain({9, 50, 75, 79, 83})).size() == 1);
}

TEST_CASE("a large growth that ends does not hide a small one that does not") {
  const PathGrowth growth = growth_of({1, 2, 3}, [](ModuleHeap& app, std::size_t size) {
    std::vector<Address> all, table;
    for (std::size_t i = 0; i < size; ++i) all.push_back(app.integer());
    for (std::size_t i = 0; size > 1 && i < 1000; ++i) table.push_back(app.integer());
    app.module("app", {{"items", app.list(all)}, {"table", app.list(table)}});
  });
  CHECK(found(growth) == kItems);
}

// Snapshots in which module.name is a dict of so many numbers.
PathGrowth table(const std::string& module, const std::string& name) {
  return growth_of({1, 2, 3}, [&](ModuleHeap& app, std::size_t size) {
    ModuleHeap::Attributes numbers;
    for (std::size_t i = 0; i < size; ++i) numbers.push_back({"n" + std::to_string(i), app.integer()});
    app.module(module, {{name, app.dict(numbers)}});
  });
}

TEST_CASE("caches with a bound are noise, and those that can be fed without end are not") {
  const PathGrowth patterns = table("re", "_cache");
  CHECK(found(patterns).empty());
  REQUIRE(noise(patterns).size() == 1);
  CHECK_THAT(noise(patterns)[0], Catch::StartsWith("re._cache[*]: the cache of compiled patterns"));
  CHECK(found(table("linecache", "cache")) == Texts{"linecache.cache[*] int"});
  CHECK(found(table("app", "__warningregistry__")) == Texts{"app.__warningregistry__[*] int"});
}

TEST_CASE("a rule means what its holder's type says, not what has the name") {
  NoisePlace place = {.path = "app.hub.data{*}", .type = "weakref.ReferenceType",
                      .container = "set", .owner = "_weakrefset.WeakSet"};
  CHECK(find_noise_rule(place) != nullptr);
  place.owner = "app.Hub";
  CHECK(find_noise_rule(place) == nullptr);
  place = {.path = "sys.path_importer_cache[*]._path_cache{*}", .type = "str",
           .container = "set", .owner = "_frozen_importlib_external.FileFinder"};
  CHECK(find_noise_rule(place) != nullptr);
  place.owner = "app.Finder";
  CHECK(find_noise_rule(place) == nullptr);
  place = {.path = "sys.path_importer_cache[*]", .type = "_frozen_importlib_external.FileFinder",
           .container = "dict", .owner = "module"};
  CHECK(find_noise_rule(place) == nullptr);
  place = {.path = "app.hub.data.keys()[*]", .type = "weakref.ReferenceType",
           .container = "dict", .owner = "weakref.WeakKeyDictionary"};
  CHECK(find_noise_rule(place) != nullptr);
  place.owner = "app.Hub";
  CHECK(find_noise_rule(place) == nullptr);
  for (const char* path : {"app.f.__code__[*]", "typing._names[*]", "app._abc_impl[*]"}) {
    INFO(path);
    CHECK(find_noise_rule({path, "int", "list", "app.Thing"}) == nullptr);
  }
}

TEST_CASE("every rule has its reason and its evidence, and none means a program's own places") {
  for (const NoiseRule& rule : noise_rules()) {
    INFO(rule.path);
    CHECK(rule.reason.size() > 10);
    CHECK(rule.evidence.size() > 5);
    CHECK_FALSE(rule.path == "*");
  }
  for (const char* path : {"app.cache[*]", "app.registry.data[*]", "__main__.items{*}",
                           "app.f->cache[*]", "(held by C) app.Token", "app.C._abc[*]",
                           "app.f.__defaults__[*][*]", "thread MainThread: app.py main().x[*]"}) {
    INFO(path);
    CHECK(find_noise_rule({path, "app.Thing", "dict", "app.Owner"}) == nullptr);
  }
}

}  // namespace
}  // namespace heapsnap
