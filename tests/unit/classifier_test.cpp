#include "libanalysis/classifier.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <tuple>

#include "libanalysis/graph_builder.h"
#include "libanalysis/partition.h"
#include "tests/support/heap_from.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

using RowTexts = std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>;

Partition partition_by(const Heap& heap, std::string_view by) {
  const Result<Classifier> classifier = find_classifier(by);
  REQUIRE(classifier.has_value());
  Result<Classification> classes = classifier->classify(heap, heap.graph().objects());
  REQUIRE(classes.has_value());
  return partition(heap.graph(), std::move(*classes));
}

// Count and bytes by name.
RowTexts rows(const Heap& heap, std::string_view by) {
  const Partition classes = partition_by(heap, by);
  RowTexts texts;
  for (const Row& row : classes.rows) {
    texts[classes.classification.name(row.kind)] = {row.measure.count, row.measure.shallow};
  }
  CHECK(texts.size() == classes.rows.size());  // names tell rows apart
  return texts;
}

const char* const kSmallHeap = R"(
  root -> a b c d
  a = str 50
  b = str 60
  c = int 28
  d = app.Node 48
)";

TEST_CASE("by type, by size, and all together") {
  const NamedHeap heap = heap_from(kSmallHeap);
  CHECK(rows(heap.heap, "type") ==
        RowTexts{{"str", {2, 110}}, {"int", {1, 28}}, {"app.Node", {1, 48}}});
  CHECK(rows(heap.heap, "size") ==
        RowTexts{{"50", {1, 50}}, {"60", {1, 60}}, {"28", {1, 28}}, {"48", {1, 48}}});
  CHECK(rows(heap.heap, "unity") == RowTexts{{"all", {4, 186}}});
}

TEST_CASE("by id each object is a row") {
  const NamedHeap heap = heap_from(kSmallHeap);
  const Partition classes = partition_by(heap.heap, "id");
  CHECK(classes.rows.size() == 4);
  const Row row = ranked(classes, SortBy::kShallow, 1).rows[0];
  CHECK(classes.classification.name(row.kind) == "str @0x7f5500000040");
  CHECK(classes.classification.select(row.kind) == "@0x7f5500000040");
}

TEST_CASE("a product has a kind for each combination that occurs") {
  const NamedHeap heap = heap_from(kSmallHeap);
  CHECK(rows(heap.heap, "type,size").size() == 4);
  const Partition classes = partition_by(heap.heap, "type, unity");
  CHECK(classes.rows.size() == 3);
  CHECK(find_classifier("type, unity")->name() == "type,unity");
  const Row row = ranked(classes, SortBy::kShallow, 1).rows[0];
  CHECK(classes.classification.parts(row.kind) == std::vector<std::string>{"str", "all"});
  CHECK(classes.classification.select(row.kind) == "type:str");
}

TEST_CASE("an unknown classifier is a usage error that names those that exist") {
  for (const char* by : {"", "typ", "type,", "type,,size"}) {
    const auto classifier = find_classifier(by);
    REQUIRE_FALSE(classifier.has_value());
    CHECK(classifier.error().code == ErrorCode::kUsage);
    CHECK_THAT(classifier.error().message, Catch::Contains("clodo"));
  }
}

// The types of a snapshot, each with one instance.
Heap graph_of_types(std::vector<TypeRecord> types,
                     std::vector<DistributionRecord> distributions = {}) {
  SnapshotBuilder out;
  for (TypeRecord& type : types) out.node({.type = out.type(std::move(type)), .size = 10});
  for (const DistributionRecord& distribution : distributions) out.out().add(distribution);
  SnapshotReader reader = out.open();
  Result<Graph> graph = build_graph(reader);
  REQUIRE(graph.has_value());
  return Heap(std::move(*graph));
}

TEST_CASE("by module and package of the type") {
  const Heap heap = graph_of_types({{.module = "app.models", .qualname = "Node"},
                                      {.module = "app.models", .qualname = "Leaf"},
                                      {.module = "app", .qualname = "Main"},
                                      {.module = "PIL.Image", .qualname = "Image"},
                                      {.module = "builtins", .qualname = "dict"},
                                      {.qualname = "Lost"}},
                                     {{.top_level = "PIL", .name = "Pillow", .version = "10.2"}});
  CHECK(rows(heap, "module") == RowTexts{{"app.models", {2, 20}},
                                          {"app", {1, 10}},
                                          {"PIL.Image", {1, 10}},
                                          {"builtins", {1, 10}},
                                          {"<unknown>", {1, 10}}});
  CHECK(rows(heap, "package") == RowTexts{{"app", {3, 30}},
                                           {"Pillow 10.2", {1, 10}},
                                           {"builtins", {1, 10}},
                                           {"<unknown>", {1, 10}}});
}

TEST_CASE("two types of one name are two rows") {
  const Heap heap = graph_of_types({{.address = 0x5000, .module = "app", .qualname = "Node"},
                                      {.address = 0x6000, .module = "app", .qualname = "Node"}});
  CHECK(rows(heap, "type") ==
        RowTexts{{"app.Node@0x5000", {1, 10}}, {"app.Node@0x6000", {1, 10}}});
}

TEST_CASE("a name that is no plain word is quoted in a selector") {
  const Heap heap = graph_of_types({{.qualname = "f.<locals>.C"}, {.qualname = "a 'b'"}});
  const Partition classes = partition_by(heap, "type");
  std::set<std::string> selects;
  for (const Row& row : classes.rows) selects.insert(classes.classification.select(row.kind));
  CHECK(selects == std::set<std::string>{"type:f.<locals>.C", "type:\"a 'b'\""});
}

TEST_CASE("a dict goes by the types that have it as their __dict__") {
  SnapshotBuilder out;
  const std::vector<FieldRecord> fields = {{.word = 2, .label = ".slot"},
                                           {.word = 0xFFFF, .label = ".__dict__"}};
  const auto dict =
      out.type(TypeRecord{.layout = TypeLayout::kDict, .module = "builtins", .qualname = "dict"});
  const auto subclass =
      out.type(TypeRecord{.layout = TypeLayout::kDict, .module = "app", .qualname = "Map"});
  const auto a = out.type("A", TypeLayout::kOther, fields);
  const auto b = out.type("B", TypeLayout::kOther, fields);
  const auto new_dict = [&](std::uint32_t type) { return out.node({.type = type, .size = 64}); };
  const auto owner = [&](std::uint32_t type, Address of) {
    out.node(
        {.type = type, .size = 16, .offsets = {2, 0xFFFF}, .edges = {{Part::kWords, {0, of}}}});
  };
  const Address of_a = new_dict(dict), also_of_a = new_dict(dict), shared = new_dict(dict);
  const Address free = new_dict(dict), of_b = new_dict(subclass);
  owner(a, of_a);
  owner(a, also_of_a);
  owner(a, of_a);  // two owners of one type
  owner(b, shared);
  owner(a, shared);
  owner(b, of_b);
  out.node({.type = a, .size = 16, .offsets = {2}, .edges = {{Part::kWords, {free}}}});  // a slot
  SnapshotReader reader = out.open();
  Result<Graph> graph = build_graph(reader);
  REQUIRE(graph.has_value());
  CHECK(rows(Heap(std::move(*graph)), "clodo") == RowTexts{{"dict of A", {2, 128}},
                                                           {"dict of A | B", {1, 64}},
                                                           {"dict (no owner)", {1, 64}},
                                                           {"app.Map", {1, 64}},
                                                           {"A", {5, 80}},
                                                           {"B", {2, 32}}});
}

TEST_CASE("rows are the largest first, then by name, and the rest adds up") {
  const NamedHeap heap = heap_from(R"(
    root -> a b c d e
    a = zebra 10
    b = ant 10
    c = cow 40
    d = bee 10
    e = ant 10
  )");
  const Partition classes = partition_by(heap.heap, "type");
  const auto names = [&](const RankedRows& table) {
    std::vector<std::string> result;
    for (const Row& row : table.rows) result.push_back(classes.classification.name(row.kind));
    return result;
  };
  using Names = std::vector<std::string>;
  CHECK(names(ranked(classes, SortBy::kShallow, 0)) == Names{"cow", "ant", "bee", "zebra"});
  CHECK(names(ranked(classes, SortBy::kCount, 0)) == Names{"ant", "bee", "cow", "zebra"});
  CHECK(names(ranked(classes, SortBy::kName, 0)) == Names{"ant", "bee", "cow", "zebra"});
  const RankedRows table = ranked(classes, SortBy::kShallow, 3);
  CHECK(names(table) == Names{"cow", "ant", "bee"});
  CHECK(table.other_rows == 1);
  CHECK(table.others == Measure{1, 10});
  CHECK(classes.total == Measure{5, 80});
}

// An object for each line of a file that allocated one; line 0: nobody knows.
Heap heap_of_sites(const std::vector<std::pair<std::string, std::uint32_t>>& lines) {
  SnapshotBuilder out;
  const auto type = out.type("object");
  std::uint32_t site = 0;
  for (const auto& [file, line] : lines) {
    const Address object = out.node({.type = type, .size = 16});
    if (line == 0) continue;
    out.out().add(SiteRecord{.id = ++site, .line = line, .file = file});
    out.out().add(AllocationRecord{.address = object, .site = site});
  }
  SnapshotReader reader = out.open();
  Result<Graph> graph = build_graph(reader);
  REQUIRE(graph.has_value());
  return Heap(std::move(*graph));
}

TEST_CASE("by the line of code that allocated") {
  const Heap heap = heap_of_sites({{"/a.py", 1}, {"/a.py", 2}, {"/a.py", 1}, {"a.py", 1}, {"", 0}});
  CHECK(rows(heap, "alloc") == RowTexts{{"/a.py:1", {2, 32}},
                                        {"/a.py:2", {1, 16}},
                                        {"a.py:1", {1, 16}},
                                        {"unknown", {1, 16}}});
  CHECK(rows(heap, "alloc,type").size() == 4);
}

TEST_CASE("the selector of a line's row yields the row, also where a file is the end of another") {
  const Heap heap = heap_of_sites({{"/x/a.py", 1},
                                   {"/x/a.py", 2},
                                   {"a.py", 1},
                                   {"x/a.py", 1},
                                   {"odd 'name':*.py", 3},
                                   {"unknown", 1},
                                   {"<unknown>", 7},
                                   {"", 0}});
  const Partition classes = partition_by(heap, "alloc");
  CHECK(classes.rows.size() == 8);
  for (const Row& row : classes.rows) {
    const std::string text = classes.classification.select(row.kind);
    INFO(text);
    const Result<NodeSet> found = select(heap, *parse_selector(text));
    REQUIRE(found.has_value());
    for (const NodeId id : heap.graph().objects()) {
      CHECK(found->contains(id) == (classes.classification.kind_of(id) == row.kind));
    }
  }
}

TEST_CASE("a snapshot without allocation sites says why, and what to try") {
  SnapshotBuilder out;
  out.node({.type = out.type("object")});
  out.fact("allocations_missing", "tracemalloc was not on");
  SnapshotReader reader = out.open();
  const Heap heap(std::move(*build_graph(reader)));
  const auto classes = find_classifier("alloc")->classify(heap, heap.graph().objects());
  REQUIRE_FALSE(classes.has_value());
  CHECK(classes.error().code == ErrorCode::kUsage);
  CHECK(classes.error().message ==
        "this snapshot does not say where objects were allocated (tracemalloc was not on): try a "
        "capture of `python -X tracemalloc`");
}

// With something to take where they must have it; alloc needs what random heaps do not have.
std::vector<std::string> all_classifiers() {
  std::vector<std::string> names;
  for (const ClassifierEntry& entry : classifiers()) {
    std::string name(entry.name);
    if (entry.takes == Takes::kSelectors) name += "(size>30; depth<3)";
    if (name != "alloc") names.push_back(name);
  }
  return names;
}

TEST_CASE("every classifier is a disjoint cover that adds up") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const NamedHeap heap = heap_of(random_plan(seed, 1 + seed, 2 * seed));
    const Graph& graph = heap.graph;
    for (const std::string& name : all_classifiers()) {
      for (const std::string& by : {name, name + ",size"}) {
        const Partition classes = partition_by(heap.heap, by);
        CHECK(classes.total == measure(graph, graph.objects()));
        Measure sum;
        for (const Row& row : classes.rows) sum += row.measure;
        CHECK(sum == classes.total);
        for (NodeId id = 0; id < graph.node_count(); ++id) {
          CHECK((classes.classification.kind_of(id) != kNoKind) == graph.is_object(id));
        }
      }
    }
  }
}

TEST_CASE("a product tells objects apart exactly if one of its factors does") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const NamedHeap heap = heap_of(random_plan(seed, 30, 40));
    const Graph& graph = heap.graph;
    const Partition size = partition_by(heap.heap, "size"), id = partition_by(heap.heap, "type");
    const Partition both = partition_by(heap.heap, "type,size");
    for (const NodeId x : graph.objects()) {
      for (const NodeId y : graph.objects()) {
        const auto same = [x, y](const Partition& p) {
          return p.classification.kind_of(x) == p.classification.kind_of(y);
        };
        REQUIRE(same(both) == (same(size) && same(id)));
      }
    }
  }
}

}  // namespace
}  // namespace heapsnap
