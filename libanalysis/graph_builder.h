// GraphBuilder makes a Graph of the records of a snapshot. It is the door: whatever a file
// claims is checked here, and nothing behind it can fail.
//
//     Result<Graph> graph = build_graph(reader, {.threads = 2});
//
// Refused (ErrorCode::kUnreadable): two nodes in one granule, an unknown type or key table, a
// continuation out of order. With `partial`, and for a file that was cut off, such records are
// dropped and counted in Damage. Always dropped and counted: edges to addresses of no node.
//
// The result depends on the order of the records in the file and not on the number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "libanalysis/graph.h"
#include "libsnapshot/node_record.h"
#include "libsnapshot/records.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class NodeBatch;
class SnapshotReader;

struct BuildOptions {
  unsigned threads = 0;  // 0: as many as the machine has
  bool partial = false;  // use what is whole of a damaged file
  // Called from the calling thread, now and then, with the share that is done (0 to 1).
  std::function<void(std::string_view stage, double share)> progress;
};

class GraphBuilder {
 public:
  explicit GraphBuilder(BuildOptions options = {});
  ~GraphBuilder();
  GraphBuilder(const GraphBuilder&) = delete;
  GraphBuilder& operator=(const GraphBuilder&) = delete;

  // Records in the order of the file; what a record points to may come later.
  void add(Fact fact);
  void add(TypeRecord type);
  void add(KeysRecord keys);
  void add(const NodeRecord& node);
  void add(std::unique_ptr<NodeBatch> nodes);  // those of a chunk, decoded elsewhere
  void add(TextRecord text);
  void add(InterpreterRecord interpreter);
  void add(ThreadRecord thread);
  void add(FrameRecord frame);
  void add(RootRecord root);
  void add(FaultRecord fault);
  void add(MemoryRecord memory);
  void add(DistributionRecord distribution);

  // The file ends here, before its end.
  void cut_off(std::string reason);

  // Once, at the end.
  Result<Graph> build();

 private:
  struct Records;
  std::unique_ptr<Records> records_;
};

// Reads the whole snapshot, node chunks on several threads.
Result<Graph> build_graph(SnapshotReader& reader, BuildOptions options = {});

}  // namespace heapsnap
