// What the __sizeof__ methods of extension modules of the standard library add to the basic size.
//
// (agent/layout/library_layout.h; docs/decisions/0002-shallow-sizes.md has the formulas).
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/c_string.h"
#include "agent/walk/private_bytes.h"
#include "agent/walk/type_table.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

template <class Memory>
class ModuleSizes {
 public:
  ModuleSizes(const Walk<Memory>& walk, Address object)
      : walk_(walk),
        m_(walk.memory),
        layout_(walk.layout),
        library_(walk.layout.library),
        object_(object) {}

  std::uint64_t beyond_basic(SizeRule rule) const {
    switch (rule) {
      case SizeRule::kBytesIO: return bytes_io();
      case SizeRule::kBuffered: return buffered();
      case SizeRule::kStruct: return format_codes();
      case SizeRule::kDecimal: return decimal_digits();
      case SizeRule::kElement: return element();
      case SizeRule::kCombinations: return 8 * at(library_.combinatorics.combinations_r);
      case SizeRule::kPermutations:
        return 8 * (length_of(at(library_.combinatorics.permutations_pool)) +
                    at(library_.combinatorics.permutations_r));
      case SizeRule::kProduct: return 8 * length_of(at(library_.combinatorics.product_pools));
      case SizeRule::kPickler: return pickler();
      case SizeRule::kUnpickler: return unpickler();
      case SizeRule::kStgDict:
      case SizeRule::kCType: return c_type();
      case SizeRule::kSimpleQueue:
        return library_.simple_queue.counts_items ? 8 * at(library_.simple_queue.capacity) : 0;
      default: return 0;
    }
  }

 private:
  std::uint64_t at(Offset offset) const { return m_.word(object_ + offset); }
  std::uint64_t length_of(Address var) const {
    return var == 0 ? 0 : m_.word(var + layout_.object.ob_size);
  }
  std::uint64_t size_of_bytes(Address bytes) const {
    return static_cast<std::uint64_t>(layout_.bytes.size) + length_of(bytes);
  }
  std::uint64_t size_of_text(Address text) const {
    return text == 0 ? 0 : text_length(m_.c_string(text)) + 1;
  }

  std::uint64_t bytes_io() const {
    const Address buffer = private_bytes_at(walk_, object_, library_.bytes_io.buf);
    return buffer == 0 ? 0 : size_of_bytes(buffer);
  }

  std::uint64_t buffered() const {
    const LibraryLayout::Buffered& b = library_.buffered;
    return at(b.buffer) == 0 ? 0 : at(b.buffer_size);
  }

  std::uint64_t format_codes() const {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 20;
    const auto size = static_cast<std::uint64_t>(library_.struct_format.code_size);
    const Address codes = at(library_.struct_format.codes);
    if (codes == 0) return 0;
    std::uint64_t count = 0;
    while (count < kMost && m_.word(codes + count * size) != 0) ++count;
    return (count + 1) * size;
  }

  std::uint64_t decimal_digits() const {
    const LibraryLayout::Decimal& d = library_.decimal;
    return (m_.u8(object_ + d.flags) & d.in_object) != 0 ? 0 : 8 * at(d.alloc);
  }

  std::uint64_t element() const {
    const LibraryLayout::Element& e = library_.element;
    const Address extra = at(e.extra);
    if (extra == 0) return 0;
    const bool inside = m_.word(extra + e.children) == extra + e.inline_children;
    return static_cast<std::uint64_t>(e.extra_size) +
           (inside ? 0 : 8 * m_.word(extra + e.allocated));
  }

  std::uint64_t pickler() const {
    const LibraryLayout::Pickler& p = library_.pickler;
    const Address memo = at(p.memo), output = at(p.output_buffer);
    std::uint64_t size = output == 0 ? 0 : size_of_bytes(output);
    if (memo != 0) {
      size += static_cast<std::uint64_t>(p.memo_size) +
              static_cast<std::uint64_t>(p.memo_entry_size) * m_.word(memo + p.memo_allocated);
    }
    return size;
  }

  std::uint64_t unpickler() const {
    const LibraryLayout::Unpickler& u = library_.unpickler;
    std::uint64_t size = 0;
    if (at(u.memo) != 0) size += 8 * at(u.memo_size);
    if (at(u.marks) != 0) size += 8 * at(u.marks_size);
    return size + size_of_text(at(u.input_line)) + size_of_text(at(u.encoding)) +
           size_of_text(at(u.errors));
  }

  std::uint64_t c_type() const {
    const LibraryLayout::CType& c = library_.c_type;
    std::uint64_t size = static_cast<std::uint64_t>(c.counted_twice) + size_of_text(at(c.format)) +
                         8 * std::uint64_t{m_.u32(object_ + c.ndim)};
    if (at(c.elements) != 0) size += 8 * (at(c.length) + 1);
    return size;
  }

  const Walk<Memory>& walk_;
  const Memory& m_;
  const Layout& layout_;
  const LibraryLayout& library_;
  Address object_;
};

}  // namespace heapsnap
