// NodeEncoder writes node records (docs/format.md section 6) into the payload of a nodes chunk.
//
//     encoder.reset();                                       // at the start of each chunk
//     if (max_encoded_size(node) > room) ...                 // seal the chunk, start the next
//     out = encoder.encode(node, out);
//
// It has 0.5 MiB of state, which must be zero at first (no
// constructor runs: it may lie in mapped memory); reset() touches 32 KiB of it. It allocates
// nothing and is freestanding, as format.h. NodeDecoder is its mirror image.
//
// What it relies on: type > 0, counts[kWords] + counts[kWeak] offsets, all of edge_slots() in
// `edges`, no part beyond kPartCount, addresses that are multiples of 8.
#pragma once

#include <cstddef>
#include <cstdint>

#include "libsnapshot/byte_encoding.h"
#include "libsnapshot/format.h"
#include "libsnapshot/node_record.h"

namespace heapsnap {

constexpr std::size_t count_of(const NodeRecord& node, Part part) {
  return node.parts & bit(part) ? node.counts[static_cast<std::size_t>(part)] : 0;
}

constexpr std::size_t offset_count(const NodeRecord& node) {
  return count_of(node, Part::kWords) + count_of(node, Part::kWeak);
}

// An upper bound of the bytes that encode() writes.
constexpr std::size_t max_encoded_size(const NodeRecord& node) {
  std::size_t edges = 0;
  for (std::uint32_t left = node.parts; left != 0; left &= left - 1) {
    edges += edge_slots(node, static_cast<Part>(__builtin_ctz(left)));
  }
  const std::size_t varints = 9 + kPartCount + edges;  // the other fields, counts, edges
  return 1 + varints * kMaxVarint + offset_count(node) * 3 + node.value_size;
}

class NodeEncoder {
 public:
  // Forgets the chunk before.
  void reset() {
    ++epoch_;
    type_ = 0;
    missed_ = 0;
    for (Address volatile& address : hot_) address = 0;  // volatile: no call of memset
  }

  // Appends the record at `out`, which has max_encoded_size(node) bytes; returns its end.
  std::uint8_t* encode(const NodeRecord& node, std::uint8_t* out) {
    Slot& last = slot_of(node.type);
    std::uint8_t& head = *out++;
    unsigned bits = 0;
    if (node.type == type_) {
      bits |= kSameType;
    } else {
      out = put_varint(out, type_ = node.type);
    }
    const auto distance = static_cast<std::int64_t>(node.address - last.address);
    const std::uint64_t granules = zigzag(distance >> 4);
    if (granules < kLongStep && distance % 16 == 0) {
      bits |= static_cast<unsigned>(granules) << 4;
    } else {
      bits |= kLongStep << 4;
      out = put_zigzag(out, distance >> 3);
    }
    last.address = node.address;
    if (node.size == last.size) {
      bits |= kSameSize;
    } else {
      out = put_varint(out, last.size = node.size);
    }
    if (has_form(last, node)) {
      bits |= kSameForm;
    } else {
      out = put_form(out, node, last);
    }
    if (has_counts(last, node)) {
      bits |= kSameCounts;
    } else {
      out = put_counts(out, node, last);
    }
    head = static_cast<std::uint8_t>(bits);
    out = put_varint(out, node.refcount);
    if (node.flags & kContinuation) out = put_varint(out, node.start);
    return put_parts(out, node);
  }

 private:
  enum Head : unsigned { kSameType = 1, kSameSize = 2, kSameForm = 4, kSameCounts = 8 };
  static constexpr unsigned kLongStep = 15;

  struct Slot {  // what the last record of a type was
    Address address;
    std::uint64_t size;
    std::uint32_t epoch;
    std::uint32_t id;
    std::uint32_t flags;
    std::uint32_t parts;
    std::uint32_t counts[kPartCount];  // 0 where the part is absent
    std::uint32_t form_unknown;        // it had more than kSlotOffsets offsets
    std::uint16_t offsets[kSlotOffsets];
  };

  static constexpr std::size_t kWords = static_cast<std::size_t>(Part::kWords);
  static constexpr std::size_t kWeak = static_cast<std::size_t>(Part::kWeak);

  Slot& slot_of(std::uint32_t type) {
    Slot& slot = last_[type & (kCodecSlots - 1)];
    if (slot.epoch == epoch_ && slot.id == type) return slot;
    slot.address = slot.size = 0;
    slot.epoch = epoch_;
    slot.id = type;
    slot.flags = slot.parts = slot.form_unknown = 0;
    for (std::uint32_t& count : slot.counts) count = 0;
    return slot;
  }

  static bool has_form(const Slot& last, const NodeRecord& node) {
    if (last.flags != node.flags || last.parts != node.parts || last.form_unknown) return false;
    const std::size_t words = count_of(node, Part::kWords), weak = count_of(node, Part::kWeak);
    if (last.counts[kWords] != words || last.counts[kWeak] != weak) return false;
    for (std::size_t i = 0; i < words + weak; ++i) {
      if (last.offsets[i] != node.offsets[i]) return false;
    }
    return true;
  }

  static std::uint8_t* put_form(std::uint8_t* out, const NodeRecord& node, Slot& last) {
    const std::size_t words = count_of(node, Part::kWords), all = offset_count(node);
    out = put_varint(out, node.flags);
    out = put_varint(out, node.parts);
    if (node.parts & bit(Part::kWords)) out = put_varint(out, words);
    for (std::size_t i = 0; i < words; ++i) out = put_varint(out, node.offsets[i]);
    if (node.parts & bit(Part::kWeak)) out = put_varint(out, all - words);
    for (std::size_t i = words; i < all; ++i) out = put_varint(out, node.offsets[i]);

    for (std::uint32_t absent = last.parts & ~node.parts; absent != 0; absent &= absent - 1) {
      last.counts[__builtin_ctz(absent)] = 0;
    }
    last.flags = node.flags;
    last.parts = node.parts;
    last.counts[kWords] = static_cast<std::uint32_t>(words);
    last.counts[kWeak] = static_cast<std::uint32_t>(all - words);
    last.form_unknown = all > kSlotOffsets;
    for (std::size_t i = 0; i < all && i < kSlotOffsets; ++i) last.offsets[i] = node.offsets[i];
    return out;
  }

  static bool has_counts(const Slot& last, const NodeRecord& node) {
    std::uint32_t different = 0;
    for (std::uint32_t left = node.parts & kCountedParts; left != 0; left &= left - 1) {
      const int part = __builtin_ctz(left);
      different |= last.counts[part] ^ node.counts[part];
    }
    return different == 0;
  }

  static std::uint8_t* put_counts(std::uint8_t* out, const NodeRecord& node, Slot& last) {
    for (std::uint32_t left = node.parts & kCountedParts; left != 0; left &= left - 1) {
      const int part = __builtin_ctz(left);
      out = put_varint(out, last.counts[part] = node.counts[part]);
    }
    return out;
  }

  std::uint8_t* put_parts(std::uint8_t* out, const NodeRecord& node) {
    const Address* edge = node.edges;
    for (std::uint32_t left = node.parts; left != 0; left &= left - 1) {
      const auto part = static_cast<Part>(__builtin_ctz(left));
      if (part == Part::kValue) {
        out = put_bytes(out, node.value, node.value_size);
      } else if (part == Part::kExternal) {
        out = put_varint(out, node.external);
      } else {
        if (part == Part::kValues) out = put_varint(out, node.keys);
        for (const Address* end = edge + edge_slots(node, part); edge != end; ++edge) {
          out = put_edge(out, *edge);
        }
      }
    }
    return out;
  }

  std::uint8_t* put_edge(std::uint8_t* out, Address target) {
    if (target == 0) return put_u8(out, 1);
    const std::size_t slot = hot_slot(target);
    if (hot_[slot] == target) return put_varint(out, (slot + 1) << 1 | 1);
    out = put_varint(out, zigzag(steps_between(missed_, target)) << 1);
    hot_[slot] = missed_ = target;
    return out;
  }

  Slot last_[kCodecSlots];
  Address hot_[kCodecSlots];
  Address missed_;
  std::uint32_t type_;
  std::uint32_t epoch_;
};

}  // namespace heapsnap
