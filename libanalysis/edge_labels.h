// EdgeLabels gives the labels of edges small numbers: edges whose labels read the same have the
// same one, whatever their sources.
//
//     EdgeLabels labels(graph);
//     const LabelId label = labels.id_of(source, position);
//     labels.text(label)                                     // ['k']
//
// The text is made for the first edge of a label, and for each key object; all other edges are
// recognised by what their label is made of, in about the time that label_of() takes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libanalysis/array.h"
#include "libanalysis/glob.h"
#include "libanalysis/graph.h"
#include "libanalysis/ids.h"
#include "libanalysis/labels.h"

namespace heapsnap {

using LabelId = std::uint32_t;

class EdgeLabels {
  static constexpr std::size_t kLabelKinds = static_cast<std::size_t>(LabelKind::kRoot) + 1;

 public:
  explicit EdgeLabels(const Graph& graph);

  // Of graph.referents(source)[position].
  LabelId id_of(NodeId source, std::size_t position);
  // The same, as what owns a `__dict__` sees its entries: `.name` for `['name']`. None: it sees no
  // attribute there.
  std::optional<LabelId> attribute_of(NodeId dict, std::size_t position);
  LabelId size() const { return static_cast<LabelId>(texts_.size()); }
  const std::string& text(LabelId id) const { return *texts_[id]; }

 private:
  // What named labels are recognised by: where their name and prefix lie, and their key.
  struct Place {
    LabelKind kind;
    const char* name;
    std::size_t length;
    const char* prefix;
    NodeId key;
    bool operator==(const Place&) const = default;
  };
  struct PlaceHash {
    std::size_t operator()(const Place& place) const;
  };

  LabelId& known(const Label& label);
  LabelId intern(std::string text);

  const Graph& graph_;
  std::unordered_map<std::string, LabelId> ids_;
  std::vector<const std::string*> texts_;                      // by id; keys of ids_
  Array<LabelId> by_key_;                                      // kValue: by key, plus one
  Array<LabelId> attribute_by_key_;                            // plus one; made when it is needed
  std::array<std::vector<LabelId>, kLabelKinds> by_index_;     // by kind, then index, plus one
  std::unordered_map<Place, LabelId, PlaceHash> by_place_;     // plus one
};

// Which labels a pattern means, each matched once.
class LabelMatches {
 public:
  explicit LabelMatches(Glob glob) : glob_(std::move(glob)) {}
  bool contains(const EdgeLabels& labels, LabelId id);

 private:
  Glob glob_;
  std::vector<std::int8_t> known_;  // by id; 0: not yet
};

}  // namespace heapsnap
