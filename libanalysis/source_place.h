// Where in a program's source to look for what holds objects: the file and the first line of the
// function, class or module that owns a path.
//
//     source_place(graph, tree, path)               // app.py:18, of class app.Registry
//
// The owner is the nearest on the way up from the path: a function, by its code; a class, or the
// class of an instance, by the first line of its methods; a frame; a module, line 1 of its file.
// Owners of the program count before those of the standard library (the folder of the module os),
// however near: `app._log.handlers` is for the author of app, not of logging. O(nodes) for all paths
// together.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libanalysis/graph.h"
#include "libanalysis/path_tree.h"

namespace heapsnap {

struct SourcePlace {
  std::string file;
  std::uint64_t line = 1;
  std::string owner;  // "class app.Registry", "function collect", "module app"

  bool operator==(const SourcePlace&) const = default;
};

std::vector<std::optional<SourcePlace>> source_places(const Graph& graph, const PathTree& tree,
                                                      std::span<const PathId> paths);
std::optional<SourcePlace> source_place(const Graph& graph, const PathTree& tree, PathId path);

// Of one object: a function, a class, an instance of one, a module.
std::optional<SourcePlace> source_place(const Graph& graph, NodeId id);

}  // namespace heapsnap
