#include "agent/walk/emitter.h"

#include <initializer_list>

#include "agent/walk/c_string.h"

namespace heapsnap {

namespace {

constexpr std::size_t kNodesChunk = kChunkHeaderSize + kMaxChunk;
constexpr std::size_t kSmallChunk = std::size_t{64} << 10;
constexpr std::size_t kTextsChunk = std::size_t{512} << 10;

Chunk chunk(Arena& arena, ChunkOutput& output, ChunkKind kind, std::size_t size = kSmallChunk) {
  return Chunk(output, kind, arena.allocate(size), size);
}

}  // namespace

Emitter::Emitter(Arena& arena, ChunkOutput& output)
    : seen(arena),
      worded(arena),
      queue(arena),
      types(chunk(arena, output, ChunkKind::kTypes)),
      keys(chunk(arena, output, ChunkKind::kKeys)),
      texts(chunk(arena, output, ChunkKind::kTexts, kTextsChunk)),
      structures(chunk(arena, output, ChunkKind::kStructures)),
      roots(chunk(arena, output, ChunkKind::kRoots)),
      faults(chunk(arena, output, ChunkKind::kFaults)),
      memory(chunk(arena, output, ChunkKind::kMemory)),
      facts(chunk(arena, output, ChunkKind::kEnd)),
      arena_(arena),
      output_(output),
      nodes_(chunk(arena, output, ChunkKind::kNodes, kNodesChunk)),
      encoder_(arena.make_array<NodeEncoder>(1)) {}

std::uint8_t* Emitter::reserve(const NodeRecord& node) {
  std::uint8_t* const out = nodes_.reserve(max_encoded_size(node));
  if (nodes_.empty()) encoder_->reset();
  return out;
}

void Emitter::write_leaf(const NodeRecord& node) {
  nodes_.commit(encoder_->encode(node, reserve(node)));
  if (node.type >= kFirstType && !(node.flags & kContinuation)) ++totals.objects;
}

void Emitter::write(NodeRecord& node, Address* edges) {
  node.edges = edges;
  follow(node, edges);
  write_leaf(node);
}

// Marks the targets before the record is encoded, so that it holds no impossible address.
void Emitter::follow(const NodeRecord& node, Address* edges) {
  for (std::uint32_t left = node.parts; left != 0; left &= left - 1) {
    const auto part = static_cast<Part>(__builtin_ctz(left));
    if (part == Part::kValue || part == Part::kExternal) continue;
    Address* const end = edges + edge_slots(node, part);
    follow_part(node, part, edges, end);
    edges = end;
  }
}

void Emitter::follow_part(const NodeRecord& node, Part part, Address* begin, Address* end) {
  const bool bring_in = !(kUnfollowed & bit(part));
  // The code object of locals and the names of members are no references.
  if (part == Part::kLocals || part == Part::kMembers) ++begin;
  const std::size_t step = part == Part::kMembers ? 2 : 1;
  for (Address* edge = begin; edge < end; edge += step) {
    if (*edge == 0) continue;
    if (!possible(*edge)) {
      fault(node.address, node.type, FaultReason::kInvalidPointer,
            "a reference that cannot be one");
      *edge = 0;
      continue;
    }
    ++totals.edges;
    if (bring_in) enqueue(*edge);
  }
}

void Emitter::root(RootKind kind, Address target, const char* label) {
  if (target == 0 || !possible(target)) return;
  const std::size_t length = text_length(label);
  std::uint8_t* out = roots.reserve(1 + kMaxVarint * 2 + length);
  out = put_u8(out, static_cast<std::uint8_t>(kind));
  out = put_address(out, target);
  roots.commit(put_string(out, label, length));
}

void Emitter::fault(Address address, std::uint32_t type, FaultReason reason, const char* detail) {
  const std::size_t length = text_length(detail);
  std::uint8_t* out = faults.reserve(1 + kMaxVarint * 3 + length);
  out = put_address(out, address);
  out = put_varint(out, type);
  out = put_u8(out, static_cast<std::uint8_t>(reason));
  faults.commit(put_string(out, detail, length));
  ++totals.faults;
}

void Emitter::fact(const char* key, std::uint64_t value) {
  const std::size_t length = text_length(key);
  std::uint8_t* out = facts.reserve(1 + kMaxVarint * 2 + length);
  out = put_string(out, key, length);
  out = put_u8(out, static_cast<std::uint8_t>(FactTag::kUnsigned));
  facts.commit(put_varint(out, value));
}

void Emitter::fact(const char* key, const char* value) {
  const std::size_t length = text_length(key), size = text_length(value);
  std::uint8_t* out = facts.reserve(1 + kMaxVarint * 2 + length + size);
  out = put_string(out, key, length);
  out = put_u8(out, static_cast<std::uint8_t>(FactTag::kString));
  facts.commit(put_string(out, value, size));
}

void Emitter::flush() {
  for (Chunk* chunk : {&types, &keys, &nodes_, &texts, &structures, &roots, &faults}) {
    chunk->flush();
  }
}

}  // namespace heapsnap
