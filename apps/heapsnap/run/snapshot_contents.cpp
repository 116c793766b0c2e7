#include "apps/heapsnap/run/snapshot_contents.h"

#include "libsnapshot/byte_reader.h"
#include "libsnapshot/raw_value.h"
#include "libsnapshot/record_codec.h"

namespace heapsnap {
namespace {

constexpr std::size_t kMaxFiles = 50000;
constexpr std::size_t kMaxPath = 4096;

}  // namespace

Result<void> SnapshotContents::see(ChunkKind kind, const PaddedBytes& payload,
                                   std::uint64_t offset) {
  switch (kind) {
    case ChunkKind::kFacts:
    case ChunkKind::kEnd:
      return see_facts(payload, offset);
    case ChunkKind::kNodes:
      return see_nodes(payload, offset);
    case ChunkKind::kTexts:
      return see_texts(payload, offset);
    default:
      return {};
  }
}

Result<void> SnapshotContents::see_facts(const PaddedBytes& payload, std::uint64_t offset) {
  ByteReader in(payload.bytes(), offset);
  while (in.ok() && !in.at_end()) {
    Fact fact;
    read_record(in, fact);
    if (in.ok()) facts_.insert_or_assign(fact.key, fact);
  }
  if (!in.ok()) return in.damaged("fact");
  return {};
}

Result<void> SnapshotContents::see_nodes(const PaddedBytes& payload, std::uint64_t offset) {
  if (auto decoded = decoder_.decode(payload, offset, chunk_); !decoded) return decoded;
  for (const NodeEntry& node : chunk_.nodes()) {
    const NodeShape& shape = chunk_.shape_of(node);
    if (node.type < kFirstType || (shape.flags & kContinuation)) continue;
    ++objects_;
    shallow_ += node.size;
    if (shape.parts & bit(Part::kValue)) see_text(chunk_.value(node).text);
  }
  return {};
}

Result<void> SnapshotContents::see_texts(const PaddedBytes& payload, std::uint64_t offset) {
  ByteReader in(payload.bytes(), offset);
  while (in.ok() && !in.at_end()) {
    TextRecord record;
    read_record(in, record);
    if (in.ok()) see_text(record.value.text);
  }
  if (!in.ok()) return in.damaged("text record");
  return {};
}

// A module's file: its name stands in its code objects, and in its __file__.
void SnapshotContents::see_text(std::string_view text) {
  if (!text.starts_with('/') || text.size() > kMaxPath || files_.size() >= kMaxFiles) return;
  if (!text.ends_with(".py") && !text.ends_with(".so")) return;
  if (text.find('\0') != text.npos) return;
  files_.emplace(text);
}

std::string SnapshotContents::text(const std::string& fact) const {
  const auto found = facts_.find(fact);
  if (found == facts_.end()) return {};
  const auto* text = std::get_if<std::string>(&found->second.value);
  return text != nullptr ? *text : std::string();
}

std::uint64_t SnapshotContents::number(const std::string& fact) const {
  const auto found = facts_.find(fact);
  if (found == facts_.end()) return 0;
  const auto* number = std::get_if<std::uint64_t>(&found->second.value);
  return number != nullptr ? *number : 0;
}

}  // namespace heapsnap
