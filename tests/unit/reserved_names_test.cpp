#include "libanalysis/reserved_names.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>

#include "libanalysis/classifier.h"
#include "libanalysis/graph_builder.h"
#include "libanalysis/partition.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

TEST_CASE("names that read as ours are known") {
  for (const char* name : {"<root>", "<anything>", "dict (no owner)", "dict of app.Node", "A | B",
                           "app.Node@0x7f21a0c3d40"}) {
    CHECK(is_reserved(name));
  }
  for (const char* name : {"dict", "f.<locals>.C", "app.<root>", "dictionary", "a@0xg", "@0x", "A|B"}) {
    CHECK_FALSE(is_reserved(name));
  }
  CHECK(apart_from("<root>", "app.Node") == "app.Node");
  CHECK(apart_from("<root>", "<root>") == "'<root>'");
  CHECK(apart_from("<root>", "'<root>'") == "\"'<root>'\"");
}

const char* const kNames[] = {"<root>",    "dict (no owner)", "dict of dict", "dict of A | B", "A | B",
                              "<Nothing>", "<unknown type>",  "<frame>",      "A@0x5010",      "A",
                              "all",       "<none of them>"};

// Classes with the names of our kinds, in a module of such a name; each has an instance, which has
// a dict, and some refer to the next. The first is held by a frame without an object.
Heap heap_of_names() {
  SnapshotBuilder out;
  const std::vector<FieldRecord> fields = {{.word = 2, .label = ".next"},
                                           {.word = 0xFFFF, .label = ".__dict__"}};
  const auto dict = out.type(TypeRecord{.address = 0x4000, .layout = TypeLayout::kDict,
                                        .module = "builtins", .qualname = "dict"});
  Address address = 0x5000, last = 0;
  for (const char* module : {"builtins", "<unknown>", "<unknown>.part", ""}) {
    for (const char* name : kNames) {
      const auto type = out.type(TypeRecord{.address = address += 0x10, .module = module,
                                            .qualname = name, .fields = fields});
      const Address own = out.node({.type = dict, .size = 64});
      last = out.node({.type = type, .size = 16, .offsets = {2, 0xFFFF},
                       .edges = {{Part::kWords, {last, own}}}});
    }
    last = 0;
  }
  out.node({.type = dict, .size = 64});
  SnapshotReader reader = out.open();
  Result<Graph> graph = build_graph(reader);
  REQUIRE(graph.has_value());
  return Heap(std::move(*graph));
}

TEST_CASE("kinds of ours and classes named like them print and select apart") {
  const Heap heap = heap_of_names();
  for (const char* by :
       {"type", "clodo", "module", "package", "rcs", "via", "dominator", "rcs(via)", "rcs(rcs(via))",
        "dominator(clodo)", "dominator(dominator)", "dominator(dominator(dominator))",
        "rcs(dominator(dominator))", "dominator(package)", "dominator(rcs(via))", "rcs(module)",
        "type,dominator"}) {
    INFO(by);
    const auto classified = find_classifier(by)->classify(heap, heap.graph().objects());
    REQUIRE(classified.has_value());
    const Partition classes = partition(heap.graph(), *classified);
    std::set<std::string> names;
    for (const Row& row : classes.rows) {
      const std::string name = classes.classification.name(row.kind);
      INFO(name);
      CHECK(names.insert(name).second);
      const Result<NodeSet> again = select(heap, classes.classification.selector(row.kind));
      REQUIRE(again.has_value());
      CHECK(measure(heap.graph(), *again) == row.measure);
    }
  }
}

TEST_CASE("the bare name of a kind of ours means ours only") {
  const Heap heap = heap_of_names();
  const auto count = [&](const char* text) {
    const Result<NodeSet> found = select(heap, *parse_selector(text));
    INFO((found ? std::string() : found.error().message));
    return found ? static_cast<int>(found->count()) : -1;
  };
  CHECK(count("clodo:'dict (no owner)'") == 1);
  CHECK(count("type:'<root>'") == 0);  // the type of the virtual root
  CHECK(count("type:'<root>@0x5010'") == 1);
  CHECK(count("type:'<root>*'") == 2);  // of builtins, and without a module
  CHECK(count("module:'<unknown>'") == 12);
  CHECK(count("module:\"'<unknown>'\"") == 12);
  CHECK(count("package:\"'<unknown>'\"") == 24);
  CHECK(count("clodo:dict") == 49);
  CHECK(count("rcs(via)=={}") > 0);
}

}  // namespace
}  // namespace heapsnap
