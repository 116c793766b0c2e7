// The threads of the process with their frames, as a traceback would name them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

struct FrameInfo {
  NodeId node = kNoNode;  // the frame, or kNoNode if the snapshot lacks it
  NodeId code = kNoNode;
  std::string function = {};  // qualified where the version has it; empty: unknown
  std::string file = {};
  std::uint64_t line = 0;  // 0: unknown
};

struct ThreadInfo {
  NodeId node = kNoNode;
  std::string name = {};  // of its threading.Thread; empty: it has none
  std::uint64_t ident = 0;
  std::uint64_t native_id = 0;
  Address interpreter = 0;
  bool capturing = false;
  std::vector<FrameInfo> frames = {};  // innermost first
};

std::vector<ThreadInfo> list_threads(const Graph& graph);

// The name of a threading.Thread object, or nothing if the snapshot lacks it.
std::string thread_name(const Graph& graph, NodeId thread);

// "app.py:42 handle()"
std::string frame_text(const FrameInfo& frame);

}  // namespace heapsnap
