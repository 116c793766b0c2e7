// How nodes are shown where the form knows kinds of JavaScript objects: Chrome's DevTools.
//
// DevTools puts nodes of a name into one class, so an object is named by its type. A name in angle
// brackets belongs to the class of its first word, which modules, types and code objects use to
// show their own names as well: <module 'app'> is of the class <module>. Text is a string, a
// function a closure. Made once for a graph; a name costs its length.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "libanalysis/graph.h"
#include "libanalysis/ids.h"

namespace heapsnap {

// The numbers of the form.
enum class DevToolsKind : std::uint8_t {
  kString = 2,
  kObject = 3,
  kClosure = 5,
  kNative = 8,
  kSynthetic = 9,
};

class NodeNames {
 public:
  explicit NodeNames(const Graph& graph);

  DevToolsKind kind(NodeId id) const { return kinds_[graph_.type_of(id)]; }
  std::string name(NodeId id) const;

 private:
  void name_structures();
  std::string own_name(NodeId id, const char* what, std::string_view attribute_label) const;

  const Graph& graph_;
  std::vector<DevToolsKind> kinds_;                       // by type
  std::vector<std::string> names_;                        // likewise
  std::unordered_map<NodeId, TypeId> types_;              // of type objects
  std::unordered_map<NodeId, std::string> structures_;    // interpreters, threads, frames
};

}  // namespace heapsnap
