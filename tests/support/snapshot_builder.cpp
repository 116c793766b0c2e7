#include "tests/support/snapshot_builder.h"

#include <utility>

#include <catch2/catch.hpp>

namespace heapsnap {

SnapshotBuilder::SnapshotBuilder(int level) : out_(sink_, level) {
  fact("method", "agent");
  type("<interpreter>", TypeLayout::kStructure);
  type("<thread>", TypeLayout::kStructure);
  type("<frame>", TypeLayout::kStructure);
}

std::uint32_t SnapshotBuilder::type(std::string qualname, TypeLayout layout,
                                    std::vector<FieldRecord> fields) {
  return type(TypeRecord{
      .layout = layout, .qualname = std::move(qualname), .fields = std::move(fields)});
}

std::uint32_t SnapshotBuilder::type(TypeRecord type) {
  type.id = ++last_type_;
  out_.add(type);
  return last_type_;
}

Address SnapshotBuilder::node(NodeCopy node) {
  if (node.address == 0) node.address = last_node_ += 64;
  add(out_, node);
  return node.address;
}

void SnapshotBuilder::root(RootKind kind, Address target, std::string label) {
  out_.add(RootRecord{.kind = kind, .target = target, .label = std::move(label)});
}

std::vector<std::uint8_t> SnapshotBuilder::bytes(const std::string& incomplete_reason) {
  const Result<void> done = out_.finish(incomplete_reason);
  REQUIRE(done.has_value());
  return sink_.bytes();
}

SnapshotReader SnapshotBuilder::open(const ReadOptions& options) {
  return open_bytes(bytes(), options);
}

SnapshotReader open_bytes(std::vector<std::uint8_t> bytes, const ReadOptions& options) {
  Result<SnapshotReader> snapshot = SnapshotReader::open(SnapshotBytes::copy(bytes).value(), options);
  INFO((snapshot ? std::string() : snapshot.error().message));
  REQUIRE(snapshot.has_value());
  return std::move(*snapshot);
}

}  // namespace heapsnap
