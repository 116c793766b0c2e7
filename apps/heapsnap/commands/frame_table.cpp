#include "apps/heapsnap/commands/frame_table.h"

#include <fmt/format.h>

#include <utility>

#include "libanalysis/threads.h"

namespace heapsnap {
namespace {

Cell text_or_nothing(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

Cell object_or_nothing(const Graph& graph, NodeId id) {
  return id == kNoNode ? Cell() : Cell(Object{graph.address(id)});
}

Number number(std::uint64_t value) { return {static_cast<std::int64_t>(value)}; }

FrameRow row_of(const ThreadInfo& thread, std::size_t place) {
  const Cell name = text_or_nothing(thread.name);
  FrameRow row{.thread = place,
               .cells = {name, fmt::format("{:#x}", thread.ident), number(thread.native_id),
                         thread.capturing},
               .thread_name = name,
               .where = {}};
  row.cells.resize(frame_keys().size());
  return row;
}

void add_frame(const Graph& graph, const FrameInfo& frame, std::size_t depth, FrameRow& row) {
  row.node = frame.node;
  row.where = frame_text(frame);
  row.cells.resize(4);
  row.cells.insert(row.cells.end(),
                   {number(depth), object_or_nothing(graph, frame.node),
                    text_or_nothing(frame.file),
                    frame.line == 0 ? Cell() : Cell(number(frame.line)),
                    text_or_nothing(frame.function)});
}

}  // namespace

const std::vector<std::string>& frame_keys() {
  static const std::vector<std::string> keys = {"thread", "ident", "native_id", "capturing", "depth",
                                                "object", "file", "line", "function"};
  return keys;
}

std::vector<FrameRow> frame_rows(const Graph& graph) {
  std::vector<FrameRow> rows;
  std::size_t place = 0;
  for (const ThreadInfo& thread : list_threads(graph)) {
    const FrameRow of_thread = row_of(thread, place++);
    if (thread.frames.empty()) rows.push_back(of_thread);
    for (std::size_t depth = 0; depth < thread.frames.size(); ++depth) {
      rows.push_back(of_thread);
      add_frame(graph, thread.frames[depth], depth, rows.back());
    }
  }
  return rows;
}

Table frame_table(const Graph& graph) {
  Table table{.name = "threads",
              .columns = {{"thread"}, {"ident"}, {.key = "native_id", .detail = true},
                          {.key = "capturing", .detail = true}, {"depth", "frame"},
                          {"object"}, {.key = "file", .detail = true},
                          {.key = "line", .detail = true}, {.key = "function", .detail = true},
                          {"", "where"}}};
  for (FrameRow& row : frame_rows(graph)) {
    row.cells.push_back(std::move(row.where));
    table.rows.push_back(std::move(row.cells));
  }
  return table;
}

}  // namespace heapsnap
