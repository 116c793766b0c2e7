// Threads with their frames as a table: one row a frame.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "apps/heapsnap/report.h"
#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

// A frame, or a thread that has none.
struct FrameRow {
  std::size_t thread = 0;  // its place among the threads
  NodeId node = kNoNode;   // the frame
  Cells cells;             // under frame_keys()
  Cell thread_name;
  Cell where;              // app.py:42 handle()
};

// thread, ident, native_id, capturing, depth, object, file, line, function
const std::vector<std::string>& frame_keys();
// By thread; its innermost frame first.
std::vector<FrameRow> frame_rows(const Graph& graph);

Table frame_table(const Graph& graph);

}  // namespace heapsnap
