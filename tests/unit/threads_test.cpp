#include "libanalysis/threads.h"

#include <catch2/catch.hpp>

#include "libanalysis/graph_builder.h"
#include "libanalysis/modules.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

Graph graph_of(SnapshotBuilder& out) {
  SnapshotReader reader = out.open();
  Result<Graph> graph = build_graph(reader);
  REQUIRE(graph.has_value());
  return std::move(*graph);
}

// A process with one thread, in a function of a script.
struct Process {
  SnapshotBuilder out;
  std::uint32_t str = out.type("str", TypeLayout::kStr);
  std::uint32_t integer = out.type("int", TypeLayout::kInt);
  std::uint32_t dict = out.type("dict", TypeLayout::kDict);
  std::uint32_t module =
      out.type("module", TypeLayout::kModule, {{.word = 2, .label = ".__dict__"}});
  std::uint32_t code =
      out.type("code", TypeLayout::kCode,
               {{.word = 3, .label = ".co_filename"}, {.word = 4, .label = ".co_qualname"}});
  std::uint32_t object = out.type("Thread");

  Address text(const std::string& text) {
    return out.node({.type = str, .value = text_value(text)});
  }
  Address map(std::vector<Address> pairs) {
    return out.node({.type = dict, .edges = {{Part::kMap, std::move(pairs)}}});
  }
  Address words(std::uint32_t type, std::vector<std::uint16_t> offsets,
                std::vector<Address> edges) {
    return out.node(
        {.type = type, .offsets = std::move(offsets), .edges = {{Part::kWords, std::move(edges)}}});
  }
};

TEST_CASE("modules have their name and file") {
  Process process;
  const Address dict = process.map({process.text("__name__"), process.text("app"),
                                    process.text("__file__"), process.text("/srv/app.py")});
  const Address module = process.words(process.module, {2}, {dict});
  process.words(process.module, {2}, {process.map({})});
  const Graph graph = graph_of(process.out);
  const auto modules = list_modules(graph);
  REQUIRE(modules.size() == 2);
  CHECK(modules[0].node == graph.find(module));
  CHECK(modules[0].dict == graph.find(dict));
  CHECK(modules[0].name == "app");
  CHECK(modules[0].file == "/srv/app.py");
  CHECK(modules[1].name.empty());
}

TEST_CASE("threads have the name that threading knows, and their frames") {
  Process process;
  SnapshotBuilder& out = process.out;
  const Address name = process.text("worker-1");
  out.out().add(KeysRecord{.id = 1, .names = {process.text("_name")}});
  const Address object =
      out.node({.type = process.object, .keys = 1, .edges = {{Part::kValues, {name}}}});
  const Address ident = out.node(
      {.type = process.integer, .value = encoded({.layout = TypeLayout::kInt, .integer = 4711})});
  const Address active = process.map({ident, object});
  process.words(process.module, {2},
                {process.map({process.text("__name__"), process.text("threading"),
                              process.text("_active"), active})});
  const Address code =
      process.words(process.code, {3, 4}, {process.text("app.py"), process.text("Server.handle")});
  const Address inner = out.node({.type = kFrameType, .refcount = 0});
  const Address outer = out.node({.type = kFrameType, .refcount = 0});
  const Address thread =
      out.node({.type = kThreadType, .refcount = 0, .edges = {{Part::kFrames, {inner, outer}}}});
  out.root(RootKind::kThread, thread);
  out.out().add(StructureRecord(InterpreterRecord{.address = 0x9000, .id = 0}));
  out.out().add(StructureRecord(ThreadRecord{.address = thread,
                                             .interpreter = 0x9000,
                                             .ident = 4711,
                                             .native_id = 12,
                                             .flags = kThreadIsCapturing}));
  out.out().add(
      StructureRecord(ThreadRecord{.address = 0x8000, .interpreter = 0x9000, .ident = 1}));
  out.out().add(StructureRecord(FrameRecord{.address = outer, .owner = thread, .depth = 1}));
  out.out().add(StructureRecord(
      FrameRecord{.address = inner, .owner = thread, .depth = 0, .code = code, .line = 42}));
  const Graph graph = graph_of(out);
  const auto threads = list_threads(graph);
  REQUIRE(threads.size() == 2);
  CHECK(threads[0].name == "worker-1");
  CHECK(threads[0].native_id == 12);
  CHECK(threads[0].capturing);
  REQUIRE(threads[0].frames.size() == 2);
  CHECK(threads[0].frames[0].node == graph.find(inner));
  CHECK(frame_text(threads[0].frames[0]) == "app.py:42 Server.handle()");
  CHECK(frame_text(threads[0].frames[1]) == "? ?()");
  CHECK(threads[1].name.empty());
  CHECK(threads[1].frames.empty());
}

}  // namespace
}  // namespace heapsnap
