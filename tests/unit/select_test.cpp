#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "libanalysis/classifier.h"
#include "libanalysis/graph_builder.h"
#include "libanalysis/labels.h"
#include "libanalysis/partition.h"
#include "libanalysis/selector.h"
#include "tests/support/heap_from.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

NodeSet selected(const Heap& heap, const std::string& text) {
  const Result<Selector> selector = parse_selector(text);
  INFO(text << (selector ? "" : ": " + selector.error().message));
  REQUIRE(selector.has_value());
  Result<NodeSet> nodes = select(heap, *selector);
  INFO((nodes ? std::string() : nodes.error().message));
  REQUIRE(nodes.has_value());
  return *nodes;
}

std::string mistake(const Heap& heap, const std::string& text) {
  const Result<NodeSet> nodes = select(heap, *parse_selector(text));
  INFO(text);
  REQUIRE_FALSE(nodes.has_value());
  CHECK(nodes.error().code == ErrorCode::kUsage);
  return nodes.error().message;
}

// The names of the objects, in the order in which they were made.
std::string names(const NamedHeap& heap, const std::string& text) {
  const NodeSet nodes = selected(heap.heap, text);
  std::string result;
  for (std::size_t i = 0; i < heap.ids.size(); ++i) {
    if (!nodes.contains(heap.ids[i])) continue;
    if (!result.empty()) result += ' ';
    result += heap.names[i];
  }
  return result;
}

const char* const kHeap = R"(
  root -> a
  a -> b c
  b -> d
  c -> d
  d -> e
  e -> d
  f -> f g
  h = held 80 refs 2
  a = app.Node 48
  b = app.Node 32
  c = list 2048
)";

TEST_CASE("sets of objects by name, kind and size") {
  const NamedHeap heap = heap_from(kHeap);
  CHECK(names(heap, "all") == "a b c d e f g h");
  CHECK(names(heap, "none").empty());
  CHECK(names(heap, "reachable") == "a b c d e h");
  CHECK(names(heap, "unreachable") == "f g");
  CHECK(names(heap, "held-by-c") == "h");
  CHECK(names(heap, "roots") == "a f h");
  CHECK(names(heap, "@0x7f5500000040") == "b");
  CHECK(names(heap, "type:app.Node") == "a b");
  CHECK(names(heap, "type:app.*") == "a b");
  CHECK(names(heap, "type:x*").empty());
  CHECK(names(heap, "size>=2k") == "c");
  CHECK(names(heap, "size:32..48") == "a b");
  CHECK(names(heap, "depth==2") == "b c g");
  CHECK(names(heap, "out==0") == "g h");
  CHECK(names(heap, "in>2") == "d");
  CHECK(names(heap, "retained>=2k & depth<2") == "a");
  CHECK(names(heap, "refcount>=2") == "d h");
  CHECK(names(heap, "root:thread") == "a b c d e");
  CHECK(names(heap, "root:held-by-c | root:unreachable") == "f g h");
  CHECK(names(heap, "dominator:app.Node") == "b c d");
}

TEST_CASE("set algebra") {
  const NamedHeap heap = heap_from(kHeap);
  CHECK(names(heap, "type:app.Node & depth==1") == "a");
  CHECK(names(heap, "type:app.Node - roots | type:list") == "b c");
  CHECK(names(heap, "type:app.Node | type:list - roots") == "b c");
  CHECK(names(heap, "!reachable") == "f g");
  CHECK(names(heap, "not (type:object or type:held)") == "a b c");
}

TEST_CASE("functions of sets") {
  const NamedHeap heap = heap_from(kHeap);
  const std::string b = "@0x7f5500000040", d = "@0x7f55000000c0", f = "@0x7f5500000140";
  CHECK(names(heap, "referrers(" + d + ")") == "b c e");
  CHECK(names(heap, "referents(type:app.Node)") == "b c d");
  CHECK(names(heap, "follow(all, [0])") == "b d e f");
  CHECK(names(heap, "follow(type:app.Node, [1])") == "c");
  CHECK(names(heap, "follow(all, [*])") == names(heap, "referents(all)"));
  CHECK(names(heap, "reachable(" + b + ")") == "b d e");
  CHECK(names(heap, "reachable(type:app.Node, avoid " + d + ")") == "a b c");
  CHECK(names(heap, "reachable(type:app.Node, until " + d + ")") == "a b c d");
  CHECK(names(heap, "dominated(" + b + ")") == "b");
  CHECK(names(heap, "dominated(" + b + " | type:list)") == "b c d e");
  CHECK(names(heap, "dominator(" + d + " | roots)") == "a");
  CHECK(names(heap, "cycle(all)") == "d e f");
  CHECK(names(heap, "cycle(" + d + ")") == "d e");
  CHECK(names(heap, "cycle(" + b + ")").empty());
  CHECK(names(heap, "via:[1]") == "c g");
  CHECK(names(heap, "via=={[0]}") == "b d e f");
  CHECK(names(heap, "via<={[0]} - via=={[0]}") == "a h");
  CHECK(names(heap, "rcs=={app.Node}") == "b c");
  CHECK(names(heap, "rcs=={}") == "a h");
  CHECK(names(heap, "rcs>={app.Node}") == "b c d");
  CHECK(names(heap, "rcs>{app.Node}") == "d");
  CHECK(names(heap, "rcs<{app.Node, list, object}") == "a b c e f g h");
  CHECK(names(heap, "rcs!={app.Node}") == "a d e f g h");
  CHECK(names(heap, "rcs(size)=={16}") == "e f g");
  CHECK(names(heap, "rcs<={app.*}") == "a b c h");
}

TEST_CASE("a name that nothing has is a mistake, with the nearest that there is") {
  const NamedHeap heap = heap_from(kHeap);
  CHECK_THAT(mistake(heap.heap, "type:app.Noed"), Catch::Contains("did you mean 'app.Node'?"));
  CHECK_THAT(mistake(heap.heap, "type:Node"), Catch::Contains("did you mean 'app.Node'?"));
  CHECK_THAT(mistake(heap.heap, "class:lisst"), Catch::Contains("did you mean 'list'?"));
  CHECK_THAT(mistake(heap.heap, "root:thraed"), Catch::Contains("did you mean 'thread'?"));
  CHECK_THAT(mistake(heap.heap, "rcs=={lsit}"), Catch::Contains("did you mean 'list'?"));
  CHECK_THAT(mistake(heap.heap, "via:[7]"), Catch::Contains("[7]"));
  CHECK_THAT(mistake(heap.heap, "all & @0x7f5500000041"), Catch::Contains("no object starts at"));
  CHECK_THAT(mistake(heap.heap, "alloc:app.py"), Catch::Contains("allocated"));
}

TEST_CASE("what starts at an address and is no object is named, with what takes it") {
  const NamedHeap heap = heap_from("root -> frame\nframe -> a\nframe = <frame> 0");
  const std::string frame = fmt::format("@{:#x}", heap.graph.address(heap["frame"]));
  CHECK(mistake(heap.heap, frame) ==
        "what starts at " + frame + " is no object but a structure, <frame>: no set holds it, "
        "show and tree take it");
}

TEST_CASE("a file lists addresses, one a line") {
  const NamedHeap heap = heap_from(kHeap);
  const ScratchFolder folder;
  const std::string path = folder / "ids.txt";
  std::ofstream(path) << "# two\n@0x7f5500000040\n\n  @0x7f5500000080  # c\n";
  CHECK(names(heap, "file:'" + path + "'") == "b c");
  std::ofstream(path) << "@0x7f5500000040\n@0x12345\n";
  CHECK_THAT(mistake(heap.heap, "file:'" + path + "'"), Catch::Contains("line 2"));
  std::ofstream(path) << "what is this\n";
  CHECK_THAT(mistake(heap.heap, "file:'" + path + "'"), Catch::Contains("line 1"));
  CHECK_THAT(mistake(heap.heap, "file:'" + path + ".none'"), Catch::Contains("cannot be read"));
}

// Objects with names for their edges: a Base, an A that is a subclass of it, a dict with keys.
struct Named {
  Heap heap;
  Address base, a, dict, value, other;
};

Named named_heap() {
  SnapshotBuilder out;
  const std::vector<FieldRecord> fields = {{.word = 2, .label = ".cache"},
                                           {.word = 0xFFFF, .label = ".__dict__"}};
  const auto str = out.type(TypeRecord{.layout = TypeLayout::kStr, .qualname = "str"});
  const auto dict =
      out.type(TypeRecord{.layout = TypeLayout::kDict, .module = "builtins", .qualname = "dict"});
  const auto base = out.type(
      TypeRecord{.address = 0x5000, .module = "app", .qualname = "Base", .fields = fields});
  const auto sub = out.type(TypeRecord{.address = 0x6000, .base = 0x5000, .module = "app",
                                       .qualname = "A", .fields = fields});
  const auto word = [&](const std::string& text) {
    return out.node({.type = str, .size = 50, .value = text_value(text)});
  };
  const Address key = word("k"), strange = word("a'*\\ b"), value = word("v"), other = word("o");
  const Address items = out.node(
      {.type = dict, .size = 64, .edges = {{Part::kMap, {key, value, strange, other}}}});
  const auto object = [&](std::uint32_t type, Address cache, Address own) {
    return out.node({.type = type, .size = 16, .offsets = {2, 0xFFFF},
                     .edges = {{Part::kWords, {cache, own}}}});
  };
  const Address b = object(base, items, 0), a = object(sub, 0, items);
  SnapshotReader reader = out.open();
  Result<Graph> graph = build_graph(reader);
  REQUIRE(graph.has_value());
  return {Heap(std::move(*graph)), b, a, items, value, other};
}

TEST_CASE("labels, subclasses and owners") {
  const Named named = named_heap();
  const auto is = [&](const std::string& text, std::initializer_list<Address> addresses) {
    NodeSet expected(named.heap.graph().node_count());
    for (const Address address : addresses) expected.insert(named.heap.graph().find(address));
    INFO(text);
    CHECK(selected(named.heap, text) == expected);
  };
  is("type:app.Base", {named.base});
  is("class:app.Base", {named.base, named.a});
  is("class:app.A", {named.a});
  is("via:.cache", {named.dict});
  is("via=={.cache, .__dict__}", {named.dict});
  is("via:['k']", {named.value});
  is("via:\"['k']\"", {named.value});
  is("follow(type:dict, ['k'])", {named.value});
  is("follow(type:dict, [*])", {named.value, named.other});
  is("owners(type:dict)", {named.a});
  is("owners(all)", {named.a});
  is("clodo:dict", {named.dict});
  is("clodo:'dict of app.A'", {named.dict});
  is("rcs=={'dict of app.A'} & via:['k']", {named.value});
  is("rcs=={dict} & via:['k']", {named.value});
}

const char* const kClassifiers[] = {
    "type", "clodo", "size", "id", "module", "package", "rcs", "via", "root", "dominator", "unity",
    "rcs(type)", "rcs(size)", "rcs(id)", "rcs(via)", "rcs(rcs(type))", "rcs(type,size)",
    "rcs(first(size>20; roots))", "rcs(dominator)", "rcs(root)", "dominator(size)", "dominator(id)",
    "dominator(rcs)", "dominator(type,via)", "first(type:T1; size>20; all)", "first(roots)",
    "type,size", "via,rcs,first(size>20; depth<3)", "first(size>20; roots),type,root"};

NodeSet members(const Graph& graph, const Classification& classes, KindId kind) {
  NodeSet result(graph.node_count());
  for (NodeId id = 0; id < graph.node_count(); ++id) {
    if (classes.kind_of(id) == kind) result.insert(id);
  }
  return result;
}

void check_laws(const Heap& heap, const char* by, const std::string& where = "all") {
  const Graph& graph = heap.graph();
  const auto classified = find_classifier(by)->classify(heap, *parse_selector(where));
  INFO(by << " of " << where);
  INFO((classified ? std::string() : classified.error().message));
  REQUIRE(classified.has_value());
  const Partition classes = partition(graph, *classified);
  CHECK(classes.total == measure(graph, selected(heap, where)));
  for (const Row& row : classes.rows) {
    const std::string text = classes.classification.select(row.kind);
    REQUIRE(selected(heap, text) == members(graph, classes.classification, row.kind));
    REQUIRE(to_text(*parse_selector(text)) == text);
  }
}

TEST_CASE("every row's selector yields exactly the row") {
  check_laws(named_heap().heap, "via");
  for (const char* by : {"clodo", "rcs", "rcs(clodo)", "via,rcs", "rcs(via)", "dominator(clodo)"}) {
    check_laws(named_heap().heap, by);
  }
  for (std::uint64_t seed = 0; seed < 25; ++seed) {
    HeapPlan plan = random_plan(seed, 1 + 2 * seed, 5 * seed);
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
      plan.nodes[i].type = "T" + std::to_string((i * i + seed) % 4);
    }
    plan.nodes[0].type = "T1";
    const NamedHeap heap = heap_of(plan);
    for (const char* by : kClassifiers) check_laws(heap.heap, by);
  }
}

// A selector by chance, `depth` operators deep at most.
std::string random_selector(std::mt19937_64& random, int depth) {
  const char* const kSimple[] = {"size>20", "depth<3", "reachable", "unreachable", "in>=1", "all",
                                 "roots",   "via:[*]", "type:T*",   "held-by-c",   "none"};
  const char* const kOf[] = {"!(", "referrers(", "referents("};
  const char* const kSigns[] = {") & (", ") | (", ") - ("};
  const std::uint64_t choice = random() % 8;
  if (depth == 0 || choice > 5) return kSimple[random() % std::size(kSimple)];
  const std::string first = random_selector(random, depth - 1);
  if (choice < 3) return kOf[choice] + first + ")";
  return "(" + first + kSigns[choice - 3] + random_selector(random, depth - 1) + ")";
}

TEST_CASE("every row of a subset has a selector that yields exactly the row") {
  for (std::uint64_t seed = 0; seed < 25; ++seed) {
    std::mt19937_64 random(seed);
    HeapPlan plan = random_plan(seed, 1 + 2 * seed, 5 * seed);
    for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
      plan.nodes[i].type = "T" + std::to_string((i * i + seed) % 4);
    }
    plan.nodes[0].type = "T1";
    const NamedHeap heap = heap_of(plan);
    for (const char* by : kClassifiers) check_laws(heap.heap, by, random_selector(random, 4));
  }
}

TEST_CASE("the selector of a row of a subset is that of the subset and that of the row") {
  const NamedHeap heap = heap_from(kHeap);
  const auto selects = [&](const char* by, const char* where) {
    const auto classified = find_classifier(by)->classify(heap.heap, *parse_selector(where));
    const Partition classes = partition(heap.graph, *classified);
    return classes.classification.select(classes.rows[0].kind);
  };
  CHECK(selects("type", "all") == "type:app.Node");
  CHECK(selects("type", "size>20") == "size>20 & type:app.Node");
  CHECK(selects("type", "size>20 & roots") == "size>20 & roots & type:app.Node");
  CHECK(selects("type", "size>20 | roots") == "(size>20 | roots) & type:app.Node");
  CHECK(selects("type", "!(roots & size<9)") == "!(roots & size<9) & type:app.Node");
  CHECK(selects("type,size", "roots") == "roots & type:app.Node & size==48");
  CHECK(selects("first(size>20; roots)", "roots") == "roots & size>20");
  CHECK(selects("first(size>20 | roots)", "roots") == "roots & (size>20 | roots)");
  CHECK(selects("unity", "roots") == "roots");
  CHECK(selects("id", "roots") == "@0x7f5500000000");
}

TEST_CASE("by lines of files, which are named by their end") {
  SnapshotBuilder out;
  const auto type = out.type("object");
  std::vector<Address> objects;
  for (const char* file : {"/srv/app.py", "/srv/lib/app.py", "/srv/web.py", "<stdin>"}) {
    for (const std::uint32_t line : {5u, 10u}) {
      const auto site = static_cast<std::uint32_t>(objects.size() + 1);
      objects.push_back(out.node({.type = type}));
      out.out().add(SiteRecord{.id = site, .line = line, .file = file});
      out.out().add(AllocationRecord{.address = objects.back(), .site = site});
    }
  }
  objects.push_back(out.node({.type = type}));
  SnapshotReader reader = out.open();
  const Heap heap(std::move(*build_graph(reader)));
  const auto found = [&](const std::string& text) {
    const NodeSet nodes = selected(heap, text);
    std::string digits;
    for (std::size_t i = 0; i < objects.size(); ++i) {
      if (nodes.contains(heap.graph().find(objects[i]))) digits += static_cast<char>('0' + i);
    }
    return digits;
  };
  CHECK(found("alloc:app.py") == "0123");
  CHECK(found("alloc:app.py:5") == "02");
  CHECK(found("alloc:app.py:5-9") == "02");
  CHECK(found("alloc:app.py:6-10") == "13");
  CHECK(found("alloc:app.py:11") == "");
  CHECK(found("alloc:lib/app.py") == "23");
  CHECK(found("alloc:/srv/app.py") == "01");
  CHECK(found("alloc:*/app.py") == "0123");
  CHECK(found("alloc:/srv/*") == "012345");
  CHECK(found("alloc:srv/*:10") == "135");
  CHECK(found("alloc:<stdin>") == "67");
  CHECK(found("alloc:*") == "01234567");
  CHECK(found("!alloc:*") == "8");
  CHECK(found("alloc:p.py*") == "");
  CHECK_THAT(mistake(heap, "alloc:ap.py"), Catch::Contains("did you mean 'app.py'?"));
}

}  // namespace
}  // namespace heapsnap
