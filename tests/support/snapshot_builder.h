// SnapshotBuilder makes a snapshot in memory for a test.
//
//     SnapshotBuilder builder;
//     const std::uint32_t list = builder.type("list", TypeLayout::kList);
//     const Address inner = builder.node({.type = list, .size = 56});
//     builder.node({.type = list, .size = 64, .edges = {{Part::kItems, {inner, 0}}}});
//     builder.root(RootKind::kThread, inner, "locals");
//     SnapshotReader snapshot = builder.open();
//
// The types of interpreters, threads and frames, and a fact that the capture is an agent's, are
// there from the start.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libsnapshot/snapshot_reader.h"
#include "libsnapshot/snapshot_writer.h"
#include "tests/support/node_copy.h"

namespace heapsnap {

class SnapshotBuilder {
 public:
  // `level` is zstd's; 0: as the agent writes.
  explicit SnapshotBuilder(int level = 0);

  void fact(std::string key, std::string value) { out_.add(Fact{std::move(key), value}); }
  void fact(std::string key, std::uint64_t value) { out_.add(Fact{std::move(key), value}); }

  // Returns its id: the next one.
  std::uint32_t type(std::string qualname, TypeLayout layout = TypeLayout::kOther,
                     std::vector<FieldRecord> fields = {});
  std::uint32_t type(TypeRecord type);  // any, but for the id

  // Returns its address: the next one, if it has none.
  Address node(NodeCopy node);

  void root(RootKind kind, Address target, std::string label = {});

  // For everything else.
  SnapshotWriter& out() { return out_; }

  // Ends it; nothing may be added after.
  std::vector<std::uint8_t> bytes(const std::string& incomplete_reason = {});
  SnapshotReader open(const ReadOptions& options = {});

 private:
  MemorySink sink_;
  SnapshotWriter out_;
  std::uint32_t last_type_ = 0;
  Address last_node_ = 0x7F0000000000;
};

// Ends the test that cannot have it.
SnapshotReader open_bytes(std::vector<std::uint8_t> bytes, const ReadOptions& options = {});

}  // namespace heapsnap
