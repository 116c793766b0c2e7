#include "tests/support/node_copy.h"

#include <utility>

#include "libsnapshot/node_encoder.h"
#include "libsnapshot/raw_value.h"

namespace heapsnap {

void with_record(const NodeCopy& node, const std::function<void(const NodeRecord&)>& use) {
  NodeRecord record;
  record.address = node.address;
  record.size = node.size;
  record.refcount = node.refcount;
  record.start = node.start;
  record.keys = node.keys;
  record.external = node.external.value_or(0);
  record.type = node.type;
  record.flags = node.flags;
  std::vector<Address> all_edges;
  for (const auto& [part, edges] : node.edges) {
    record.parts |= bit(part);
    std::size_t count = edges.size();
    if (part == Part::kLocals) --count;
    if (kPairedParts & bit(part)) count /= 2;
    record.counts[static_cast<std::size_t>(part)] = static_cast<std::uint32_t>(count);
    all_edges.insert(all_edges.end(), edges.begin(), edges.end());
  }
  if (!node.value.empty()) record.parts |= bit(Part::kValue);
  if (node.external) record.parts |= bit(Part::kExternal);
  record.offsets = node.offsets.data();
  record.edges = all_edges.data();
  record.value = node.value.data();
  record.value_size = node.value.size();
  use(record);
}

NodeCopy copy_of(const NodeRecord& node) {
  NodeCopy copy;
  copy.address = node.address;
  copy.type = node.type;
  copy.size = node.size;
  copy.refcount = node.refcount;
  copy.flags = node.flags;
  copy.start = node.start;
  copy.keys = node.keys;
  if (node.parts & bit(Part::kExternal)) copy.external = node.external;
  if (node.parts & bit(Part::kValue)) copy.value.assign(node.value, node.value + node.value_size);
  copy.offsets.assign(node.offsets, node.offsets + offset_count(node));
  const Address* edge = node.edges;
  for (std::size_t i = 0; i < kPartCount; ++i) {
    const auto part = static_cast<Part>(i);
    if (!(node.parts & bit(part)) || part == Part::kValue || part == Part::kExternal) continue;
    const std::size_t slots = edge_slots(node, part);
    copy.edges[part].assign(edge, edge + slots);
    edge += slots;
  }
  return copy;
}

void add(SnapshotWriter& out, const NodeCopy& node) {
  with_record(node, [&out](const NodeRecord& record) { out.add(record); });
}

std::vector<std::uint8_t> encoded(const Value& value) {
  ByteWriter out;
  write_value(out, value);
  return {out.bytes().begin(), out.bytes().end()};
}

std::vector<std::uint8_t> text_value(std::string text) {
  Value value{.layout = TypeLayout::kStr, .form = TextForm::kText, .length = text.size()};
  value.text = std::move(text);
  return encoded(value);
}

}  // namespace heapsnap
