#include "libanalysis/labels.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "libanalysis/describe.h"
#include "libanalysis/general_labels.h"
#include "libanalysis/graph_builder.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

// A snapshot with the types that most cases need.
struct Labelled {
  SnapshotBuilder out;
  std::uint32_t str = out.type("str", TypeLayout::kStr);
  std::uint32_t tuple = out.type("tuple", TypeLayout::kTuple);
  std::uint32_t object = out.type("object");

  Address text(const std::string& text) { return out.node({.type = str, .value = text_value(text)}); }
  Address any() { return out.node({.type = object}); }

  Graph graph() {
    SnapshotReader reader = out.open();
    Result<Graph> graph = build_graph(reader);
    INFO((graph ? std::string() : graph.error().message));
    REQUIRE(graph.has_value());
    return std::move(*graph);
  }
};

std::vector<std::string> labels(const Graph& graph, Address source) {
  const NodeId id = graph.find(source);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < graph.referents(id).size(); ++i) {
    texts.push_back(label_text(graph, label_of(graph, id, i)));
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST_CASE("a dict's keys have their position and its values their key") {
  Labelled heap;
  const auto dict = heap.out.type("dict", TypeLayout::kDict);
  const auto integer = heap.out.type("int", TypeLayout::kInt);
  const Address name = heap.text("name"), quote = heap.text("it's"), value = heap.any();
  const Address seven = heap.out.node(
      {.type = integer, .value = encoded({.layout = TypeLayout::kInt, .integer = -7})});
  const Address pair = heap.out.node({.type = heap.tuple, .edges = {{Part::kItems, {name, value}}}});
  const Address source = heap.out.node(
      {.type = dict,
       .edges = {{Part::kMap, {name, value, 0, 0, quote, value, seven, value, pair, value}}}});
  const Graph graph = heap.graph();
  CHECK(labels(graph, source) ==
        Texts{".keys()[0]", "['name']", ".keys()[2]", "[\"it's\"]", ".keys()[3]", "[-7]",
              ".keys()[4]", "[" + describe(graph, graph.find(pair)) + "]"});
  CHECK_THAT(labels(graph, source).back(), Catch::StartsWith("[<tuple object at 0x7f"));
  CHECK(item(graph, graph.find(source), "name") == graph.find(value));
  CHECK(item(graph, graph.find(source), "other") == kNoNode);
}

TEST_CASE("a value whose key is no node is without a label") {
  Labelled heap;
  const auto dict = heap.out.type("dict", TypeLayout::kDict);
  const Address value = heap.any(), name = heap.text("k");
  const Address source = heap.out.node(
      {.type = dict, .edges = {{Part::kMap, {name, value, 0xDEAD0, value, name, 0xDEAD0}}}});
  const Graph graph = heap.graph();
  CHECK(labels(graph, source) == Texts{".keys()[0]", "['k']", "<ref>", ".keys()[2]"});
  CHECK(count_unlabelled(graph) == 0);  // dropped keys are counted as dangling
}

TEST_CASE("inline values are attributes, and items in a dict that shares its keys") {
  Labelled heap;
  const auto dict = heap.out.type("dict", TypeLayout::kDict);
  const Address x = heap.text("x"), y = heap.text("y"), value = heap.any();
  heap.out.out().add(KeysRecord{.id = 3, .names = {x, 0, y}});
  const Address instance = heap.out.node(
      {.type = heap.object, .keys = 3, .edges = {{Part::kValues, {value, 0, value}}}});
  const Address split = heap.out.node(
      {.type = dict, .keys = 3, .edges = {{Part::kValues, {0, value, value}}}});
  const Address subclass = heap.out.node(
      {.type = dict, .keys = 3, .edges = {{Part::kMap, {y, value}}, {Part::kValues, {value, 0, 0}}}});
  const Graph graph = heap.graph();
  CHECK(labels(graph, instance) == Texts{".x", ".y"});
  CHECK(labels(graph, subclass) == Texts{".keys()[0]", "['y']", ".x"});
  CHECK(labels(graph, split) == Texts{"<ref>", "['y']"});
  CHECK(count_unlabelled(graph) == 1);
  CHECK(attribute(graph, graph.find(instance), ".y") == graph.find(value));
  CHECK(attribute(graph, graph.find(instance), ".z") == kNoNode);
}

TEST_CASE("words are the fields of the type") {
  Labelled heap;
  const auto type = heap.out.type("property", TypeLayout::kOther,
                                  {{.word = 9, .label = "->hidden"},
                                   {.word = 2, .label = ".fget"},
                                   {.word = 65535, .label = ".__dict__"},
                                   {.word = 2, .label = ".second"}});
  const Address value = heap.any();
  const Address source = heap.out.node({.type = type, .offsets = {2, 65535, 9, 8},
                                        .edges = {{Part::kWords, {value, value, value, value}}}});
  const Graph graph = heap.graph();
  CHECK(labels(graph, source) == Texts{".fget", ".__dict__", "->hidden", "<+0x40>"});
  CHECK(count_unlabelled(graph) == 1);
  CHECK(attribute(graph, graph.find(source), "->hidden") == graph.find(value));
}

TEST_CASE("items, sets, stacks, shared keys and what has no name") {
  Labelled heap;
  const Address value = heap.any();
  const auto node = [&](Part part, std::vector<Address> edges) {
    return heap.out.node({.type = heap.object, .edges = {{part, std::move(edges)}}});
  };
  const Address items = node(Part::kItems, {value, 0, value});
  const Address set = node(Part::kSet, {value, value});
  const Address stack = node(Part::kStack, {0, value});
  const Address names = node(Part::kNames, {value, value});
  const Address loose = node(Part::kLoose, {value});
  const Address frames = node(Part::kFrames, {value, value, value});
  const Graph graph = heap.graph();
  CHECK(labels(graph, items) == Texts{"[0]", "[2]"});
  CHECK(labels(graph, set) == Texts{"{0}", "{1}"});
  CHECK(labels(graph, stack) == Texts{"<stack 1>"});
  CHECK(labels(graph, names) == Texts{"->ht_cached_keys[0]", "->ht_cached_keys[1]"});
  CHECK(labels(graph, loose) == Texts{"<ref>"});
  CHECK(labels(graph, frames) == Texts{"f2", "f1", "f0"});
  CHECK(count_unlabelled(graph) == 1);
}

TEST_CASE("locals are named by the code object, on versions before 3.11 by three tuples") {
  for (const bool old : {false, true}) {
    Labelled heap;
    const auto code_type = heap.out.type("code", TypeLayout::kCode,
                                         {{.word = 10, .label = "->co_localsplusnames"},
                                          {.word = 11, .label = ".co_varnames"},
                                          {.word = 12, .label = ".co_cellvars"},
                                          {.word = 13, .label = ".co_freevars"}});
    const auto frame_type = heap.out.type("frame", TypeLayout::kFrame);
    const auto generator = heap.out.type("generator", TypeLayout::kGenerator);
    const auto coroutine = heap.out.type("coroutine", TypeLayout::kGenerator);
    const Address a = heap.text("a"), b = heap.text("b"), value = heap.any();
    const auto tuple = [&](std::vector<Address> items) {
      return heap.out.node({.type = heap.tuple, .edges = {{Part::kItems, std::move(items)}}});
    };
    const Address code =
        old ? heap.out.node({.type = code_type, .offsets = {11, 12, 13},
                             .edges = {{Part::kWords, {tuple({a}), tuple({}), tuple({b})}}}})
            : heap.out.node({.type = code_type, .offsets = {10},
                             .edges = {{Part::kWords, {tuple({a, b})}}}});
    const auto with_locals = [&](std::uint32_t type, std::vector<Address> locals) {
      locals.insert(locals.begin(), code);
      return heap.out.node({.type = type, .edges = {{Part::kLocals, std::move(locals)}}});
    };
    const Address bare = with_locals(kFrameType, {value, value});
    const Address frame = with_locals(frame_type, {0, value});
    const Address suspended = with_locals(generator, {value, 0});
    const Address awaiting = with_locals(coroutine, {value, 0});
    const Address longer = with_locals(frame_type, {value, value, value});
    const Graph graph = heap.graph();
    CHECK(labels(graph, bare) == Texts{".a", ".b"});
    CHECK(labels(graph, frame) == Texts{".f_locals['b']"});
    CHECK(labels(graph, suspended) == Texts{".gi_frame.f_locals['a']"});
    CHECK(labels(graph, awaiting) == Texts{".cr_frame.f_locals['a']"});
    CHECK(labels(graph, longer) == Texts{".f_locals['a']", ".f_locals['b']", "<ref>"});
    CHECK(count_unlabelled(graph) == 1);
  }
}

TEST_CASE("the items of an interpreter are what it calls at its end") {
  Labelled heap;
  const Address value = heap.any();
  const Address source = heap.out.node(
      {.type = kInterpreterType, .refcount = 0, .edges = {{Part::kItems, {value, 0, value}}}});
  const Graph graph = heap.graph();
  CHECK(labels(graph, source) == Texts{".atexit", ".atexit"});
  GeneralLabels general(graph);
  CHECK(general[general.of(graph.find(source), 1)].text == ".atexit");
}

TEST_CASE("members are named by strings of their own") {
  Labelled heap;
  const Address one = heap.text("one"), two = heap.text("two"), value = heap.any();
  const Address source = heap.out.node(
      {.type = heap.object, .edges = {{Part::kItems, {value}},
                                      {Part::kMembers, {one, 0, two, value, 0xDEAD0, value}}}});
  const Graph graph = heap.graph();
  CHECK(labels(graph, source) == Texts{"[0]", ".two", "<ref>"});
}

TEST_CASE("parts stand behind each other in the order of their numbers") {
  Labelled heap;
  const auto type = heap.out.type("subclass", TypeLayout::kDict, {{.word = 6, .label = ".slot"}});
  const Address key = heap.text("key"), value = heap.any();
  const Address source = heap.out.node(
      {.type = type, .offsets = {6},
       .edges = {{Part::kWords, {value}}, {Part::kMap, {key, value}}, {Part::kLoose, {value}}}});
  const Graph graph = heap.graph();
  CHECK(labels(graph, source) == Texts{".slot", ".keys()[0]", "['key']", "<ref>"});
}

TEST_CASE("root edges are labelled by their record") {
  Labelled heap;
  heap.out.root(RootKind::kInterpreter, heap.any(), "modules");
  const Graph graph = heap.graph();
  CHECK(label_text(graph, label_of(graph, graph.root(), 0)) == "modules");
}

TEST_CASE("an attribute whose name is not in the snapshot shows what is known of it") {
  Labelled heap;
  const Address hashed = heap.out.node(
      {.type = heap.str, .value = encoded({.layout = TypeLayout::kStr, .form = TextForm::kHash,
                                           .length = 4, .hash = 0xA1B2C3D4E5F60718})});
  const Address value = heap.any();
  heap.out.out().add(KeysRecord{.id = 1, .names = {hashed}});
  const Address source = heap.out.node(
      {.type = heap.object, .keys = 1, .edges = {{Part::kValues, {value}}}});
  CHECK(labels(heap.graph(), source) == Texts{".<str 4 #a1b2c3>"});
}

TEST_CASE("values are described as Python writes them") {
  Labelled heap;
  const auto describe_value = [](TypeLayout layout, const char* type, const Value& value) {
    SnapshotBuilder out;
    const auto id = out.type(type, layout);
    const Address address = out.node({.address = 0x1000, .type = id, .value = encoded(value)});
    SnapshotReader reader = out.open();
    const Result<Graph> graph = build_graph(reader);
    REQUIRE(graph.has_value());
    return describe(*graph, graph->find(address));
  };
  const auto str = TypeLayout::kStr;
  CHECK(describe_value(str, "str", {.layout = str, .form = TextForm::kText, .length = 4, .text = "n\xC3\xA4h!"}) ==
        "'n\xC3\xA4h!'");
  CHECK(describe_value(str, "str", {.layout = str, .form = TextForm::kText, .length = 100, .text = "ab"}) ==
        "<str 100 'ab'...>");
  CHECK(describe_value(str, "str", {.layout = str, .length = 12}) == "<str 12>");
  CHECK(describe_value(TypeLayout::kBytes, "bytes",
                       {.layout = TypeLayout::kBytes, .form = TextForm::kText, .length = 2, .text = "\xFF'"}) ==
        "b\"\\xff'\"");
  CHECK(describe_value(TypeLayout::kBool, "bool", {.layout = TypeLayout::kBool, .integer = 1}) == "True");
  CHECK(describe_value(TypeLayout::kInt, "int", {.layout = TypeLayout::kInt, .integer = INT64_MIN}) ==
        "-9223372036854775808");
  CHECK(describe_value(TypeLayout::kFloat, "float", {.layout = TypeLayout::kFloat, .real = 1e100}) == "1e+100");
  CHECK(describe_value(TypeLayout::kNone, "NoneType", {}) == "None");
  CHECK(describe_value(TypeLayout::kOther, "app.Node", {}) == "<app.Node object at 0x1000>");
}

TEST_CASE("a text record replaces what came with the node") {
  Labelled heap;
  const Address key = heap.out.node(
      {.type = heap.str, .value = encoded({.layout = TypeLayout::kStr, .form = TextForm::kHash,
                                           .length = 3, .hash = 1})});
  heap.out.out().add(TextRecord{.address = key, .value = {.layout = TypeLayout::kStr,
                                                          .form = TextForm::kText,
                                                          .length = 3, .text = "abc"}});
  heap.out.out().add(TextRecord{.address = 0xDEAD0, .value = {.layout = TypeLayout::kStr}});
  const Graph graph = heap.graph();
  CHECK(graph.text(graph.find(key)) == "abc");
}

}  // namespace
}  // namespace heapsnap
