#include "apps/heapsnap/commands/frame_table.h"

#include <fmt/format.h>

#include "libanalysis/threads.h"

namespace heapsnap {
namespace {

Cell text_or_nothing(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

Cell object_or_nothing(const Graph& graph, NodeId id) {
  return id == kNoNode ? Cell() : Cell(Object{graph.address(id)});
}

Number number(std::uint64_t value) { return {static_cast<std::int64_t>(value)}; }

}  // namespace

Table frame_table(const Graph& graph) {
  Table table{.name = "threads",
              .columns = {{"thread"}, {"ident"}, {.key = "native_id", .detail = true},
                          {.key = "capturing", .detail = true}, {"depth", "frame"},
                          {"object"}, {.key = "file", .detail = true},
                          {.key = "line", .detail = true}, {.key = "function", .detail = true},
                          {"", "where"}}};
  for (const ThreadInfo& thread : list_threads(graph)) {
    const Cells who = {text_or_nothing(thread.name), fmt::format("{:#x}", thread.ident),
                       number(thread.native_id), thread.capturing};
    std::size_t depth = 0;
    for (const FrameInfo& frame : thread.frames) {
      Cells row = who;
      row.insert(row.end(), {number(depth++), object_or_nothing(graph, frame.node),
                             text_or_nothing(frame.file),
                             frame.line == 0 ? Cell() : Cell(number(frame.line)),
                             text_or_nothing(frame.function), frame_text(frame)});
      table.rows.push_back(std::move(row));
    }
    if (thread.frames.empty()) {
      Cells row = who;
      row.resize(table.columns.size());
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace heapsnap
