// NodeCopy is a NodeRecord that owns what it points to: for tests to make, keep and compare.
//
//     NodeCopy node{.address = 0x1000, .type = 5, .size = 56};
//     node.edges[Part::kItems] = {0x2000, 0};
//     add(writer, node);
//
// It has the parts that `edges` has an entry for, a value if that is not empty, and external
// bytes if they are set.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libsnapshot/node_record.h"
#include "libsnapshot/records.h"
#include "libsnapshot/snapshot_writer.h"

namespace heapsnap {

struct NodeCopy {
  Address address = 0;
  std::uint32_t type = 0;
  std::uint64_t size = 0;
  std::uint64_t refcount = 1;
  std::uint32_t flags = 0;
  std::uint64_t start = 0;
  std::uint64_t keys = 0;
  std::optional<std::uint64_t> external = {};
  std::vector<std::uint8_t> value = {};             // as encoded() makes them
  std::vector<std::uint16_t> offsets = {};          // of words, then of weak
  std::map<Part, std::vector<Address>> edges = {};  // locals: the code object first; 0: NULL

  bool operator==(const NodeCopy&) const = default;
};

// Calls `use` with the record, which is valid for as long.
void with_record(const NodeCopy& node, const std::function<void(const NodeRecord&)>& use);

NodeCopy copy_of(const NodeRecord& node);

void add(SnapshotWriter& out, const NodeCopy& node);

// The bytes of a value.
std::vector<std::uint8_t> encoded(const Value& value);
std::vector<std::uint8_t> text_value(std::string text);  // of a str that is all there

}  // namespace heapsnap
