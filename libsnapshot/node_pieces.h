// NodePieces cuts a node with more edges than a record may have into a record and continuations
// (docs/format.md section 6).
//
//     NodePieces pieces(node);
//     while (const NodeRecord* piece = pieces.next()) write(*piece);
//
// A node with few edges is its only piece. Words and weak edges are never cut. The pieces refer
// to the node's memory.
#pragma once

#include <cstdint>
#include <vector>

#include "libsnapshot/node_record.h"

namespace heapsnap {

class NodePieces {
 public:
  explicit NodePieces(const NodeRecord& node);

  // The next piece, valid until the next call; null after the last.
  const NodeRecord* next();

 private:
  void cut_first();
  bool cut_continuation();

  NodeRecord node_;
  NodeRecord piece_;
  std::vector<Address> edges_;                // of the piece
  std::uint32_t written_[kPartCount] = {};    // of each part's count
  bool started_ = false;
};

}  // namespace heapsnap
