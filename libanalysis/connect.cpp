#include "libanalysis/construction.h"
#include "libanalysis/parallel.h"

namespace heapsnap {
namespace {

// Turns the edges of one batch into referents.
class BatchConnector {
 public:
  BatchConnector(Construction& c, std::span<const NodeId> type_nodes, std::size_t number)
      : c_(c), type_nodes_(type_nodes), batch_(*c.batches[number]), number_(number) {}

  void run() {
    const Address* edge = batch_.edges.data();
    for (std::uint32_t i = 0; i < batch_.address.size(); ++i) {
      const std::uint32_t degree = batch_.degree[i];
      const std::uint32_t row = row_of(i);
      if (row == Construction::kNoRow) {
        edge += degree;
        continue;
      }
      NodeId* out = c_.graph.referents.data() + row;
      for (const Address* const end = edge + degree; edge != end; ++edge) {
        *out++ = c_.graph.addresses.find(*edge);
      }
      add_maybe(i, row);
    }
  }

 private:
  // Where the record's edges go; its edge to the type is written already.
  std::uint32_t row_of(std::uint32_t record) {
    const TaggedAddress tagged = batch_.address[record];
    const bool continuation = batch_.flags[record] & kContinuation;
    if (!continuation && (tagged & (kContainerTag | kIgnoredTag)) != kContainerTag) {
      return Construction::kNoRow;
    }
    std::uint32_t place = 0;
    if (continuation) {
      place = c_.continuation_places[number_][next_continuation_++];
      if (place == Construction::kNoRow) return place;
    }
    const NodeId id = c_.graph.addresses.find(untagged(tagged));
    const std::uint32_t row = c_.graph.referents_begin[id] + place;
    if (continuation || !(batch_.flags[record] & kTypeEdge)) return row;
    c_.graph.referents[row] = type_nodes_[c_.graph.type[id]];
    return row + 1;
  }

  void add_maybe(std::uint32_t record, std::uint32_t row) {
    while (next_maybe_ < batch_.maybe.size() && batch_.maybe[next_maybe_].record < record) {
      ++next_maybe_;
    }
    for (; next_maybe_ < batch_.maybe.size() && batch_.maybe[next_maybe_].record == record;
         ++next_maybe_) {
      const NodeBatch::Maybe& maybe = batch_.maybe[next_maybe_];
      for (std::uint32_t i = 0; i < maybe.count; ++i) {
        c_.maybe_places[number_].push_back(row + maybe.first + i);
      }
    }
  }

  Construction& c_;
  std::span<const NodeId> type_nodes_;
  const NodeBatch& batch_;
  std::size_t number_;
  std::size_t next_continuation_ = 0;
  std::size_t next_maybe_ = 0;
};

}  // namespace

void connect(Construction& c) {
  std::vector<NodeId> type_nodes;
  for (const TypeRecord& type : c.graph.types) {
    type_nodes.push_back(type.address == 0 ? kNoNode : c.graph.addresses.find(type.address));
  }
  c.graph.referents = Array<NodeId>(c.graph.referents_begin[c.graph.container_count]);
  c.maybe_places.resize(c.batches.size());
  parallel_for(c.batches.size(), c.threads, [&](std::size_t number) {
    BatchConnector(c, type_nodes, number).run();
    c.batches[number]->release_edges();
  });
}

}  // namespace heapsnap
