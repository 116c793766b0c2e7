// How a path reads: as Python where it can.
//
//     const PathTexts texts(graph);
//     texts.of(path)      // sys.modules['app'].cache['k'][3].name
//                         // thread 0x7f.. MainThread: app.py:42 handle().request
//
// A path that begins at an object begins with its description, one that begins at another root
// with the kind of that root. An attribute reads `.name`, whether it is in a `__dict__` or not.
// Made once for a graph: it lists the threads. A path costs its length.
#pragma once

#include <map>
#include <string>

#include "libanalysis/graph.h"
#include "libanalysis/labels.h"
#include "libanalysis/paths.h"

namespace heapsnap {

class PathTexts {
 public:
  explicit PathTexts(const Graph& graph);
  std::string of(const Path& path) const;

 private:
  std::size_t begin(const Path& path, std::string& text) const;
  std::string root(const Step& step) const;

  const Graph& graph_;
  std::map<NodeId, std::string> structures_;  // interpreters, threads and frames
};

// The first of the shortest paths that keep a node alive; empty: there is none.
std::string shortest_path_text(const Graph& graph, const PathTexts& texts, NodeId id);

// The label of an edge of the virtual root: the root's kind, and its name if it has one.
std::string root_text(const Graph& graph, std::size_t position);
// The label of a step, whether from the virtual root or from an object.
std::string step_text(const Graph& graph, const Step& step);

}  // namespace heapsnap
