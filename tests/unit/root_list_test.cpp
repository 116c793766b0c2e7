#include "libanalysis/root_list.h"

#include <catch2/catch.hpp>

#include "libanalysis/graph_builder.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

Graph graph_of(SnapshotBuilder& out) {
  SnapshotReader reader = out.open();
  Result<Graph> graph = build_graph(reader);
  REQUIRE(graph.has_value());
  return std::move(*graph);
}

TEST_CASE("roots are listed by kind, those of interpreters and threads by what they hold") {
  SnapshotBuilder out;
  const auto dict = out.type("dict", TypeLayout::kDict);
  const Address modules = out.node({.type = dict, .size = 100});
  const Address other = out.node({.type = dict, .size = 50});
  const Address frame = out.node({.type = kFrameType, .refcount = 0});
  const Address thread =
      out.node({.type = kThreadType, .refcount = 0, .edges = {{Part::kFrames, {frame}}}});
  const Address interpreter = out.node({.type = kInterpreterType,
                                        .refcount = 0,
                                        .offsets = {5},
                                        .edges = {{Part::kWords, {modules}}}});
  out.node({.type = dict, .size = 7, .refcount = 0});
  out.node({.type = dict, .size = 8, .refcount = 0});
  out.root(RootKind::kInterpreter, interpreter);
  out.root(RootKind::kInterpreter, other, "sysdict");
  out.root(RootKind::kThread, thread);
  out.out().add(StructureRecord(InterpreterRecord{.address = interpreter, .id = 0}));
  out.out().add(
      StructureRecord(ThreadRecord{.address = thread, .interpreter = interpreter, .ident = 99}));
  const Graph graph = graph_of(out);
  const auto rows = list_roots(graph);
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].kind == RootKind::kThread);
  CHECK(rows[0].label == "i0_t0x63_f0");
  CHECK(rows[0].target == graph.find(frame));
  CHECK(rows[1].label == "i0_<+0x28>");  // the file names no field at that word
  CHECK(rows[1].shallow == 100);
  CHECK(rows[2].label == "sysdict");
  CHECK(rows[2].target == graph.find(other));
  CHECK(rows[3].kind == RootKind::kImmortal);
  CHECK(rows[3].count == 2);
  CHECK(rows[3].shallow == 15);
  CHECK(rows[3].target == kNoNode);
}

}  // namespace
}  // namespace heapsnap
