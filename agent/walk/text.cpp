#include "agent/walk/text.h"

#include "libsnapshot/siphash.h"

namespace heapsnap {

namespace {

std::uint32_t character(const Text& text, std::uint64_t i) {
  switch (text.kind) {
    case 2: {
      std::uint16_t unit;
      __builtin_memcpy(&unit, text.data + 2 * i, sizeof unit);
      return unit;
    }
    case 4: {
      std::uint32_t unit;
      __builtin_memcpy(&unit, text.data + 4 * i, sizeof unit);
      return unit;
    }
    default: return text.data[i];
  }
}

std::uint8_t* put_utf8(std::uint8_t* out, std::uint32_t c) {
  const auto tail = [c](int shift) {
    return static_cast<std::uint8_t>(0x80 | (c >> shift & 0x3F));
  };
  if (c < 0x80) return put_u8(out, static_cast<std::uint8_t>(c));
  if (c < 0x800) {
    out = put_u8(out, static_cast<std::uint8_t>(0xC0 | c >> 6));
  } else {
    if (c < 0x10000) {
      out = put_u8(out, static_cast<std::uint8_t>(0xE0 | c >> 12));
    } else {
      out = put_u8(out, static_cast<std::uint8_t>(0xF0 | (c >> 18 & 7)));
      out = put_u8(out, tail(12));
    }
    out = put_u8(out, tail(6));
  }
  return put_u8(out, tail(0));
}

// At most `length` characters and `most` bytes.
std::uint8_t* put_characters(std::uint8_t* out, const Text& text, std::uint64_t length,
                             std::size_t most) {
  if (text.kind == 0 || text.ascii) {
    return put_bytes(out, text.data, length < most ? length : most);
  }
  const std::uint8_t* const end = out + most;
  for (std::uint64_t i = 0; i < length && out + 4 <= end; ++i) {
    out = put_utf8(out, character(text, i));
  }
  return out;
}

}  // namespace

std::uint8_t* put_name(std::uint8_t* out, const Text& text, std::size_t most) {
  if (text.data == nullptr) return put_varint(out, 0);
  // The length takes two bytes, whatever it is: the characters are written before it is known.
  std::uint8_t* const end = put_characters(out + 2, text, text.length, most);
  const auto size = static_cast<std::size_t>(end - out - 2);
  out[0] = static_cast<std::uint8_t>(size | 0x80);
  out[1] = static_cast<std::uint8_t>(size >> 7);
  return end;
}

std::uint64_t TextPolicy::allowed(std::uint64_t length, Use use) const {
  const std::uint64_t all = ~std::uint64_t{0};
  switch (options_.strings) {
    case Strings::kNone: return 0;
    case Strings::kFull: return all;
    default: break;
  }
  if (use == Use::kName) return all;
  if (use == Use::kKey && keys() && length <= kMaxKey) return all;
  return options_.strings == Strings::kPrefix ? options_.prefix : 0;
}

std::uint64_t TextPolicy::keyed_hash(const Text& text) const {
  SipHash13 hash(options_.hash_key);
  if (text.data != nullptr) hash.add(text.data, text.length * (text.kind == 0 ? 1 : text.kind));
  return hash.result();
}

Encoded TextPolicy::encode(const Text& text, Use use) const {
  std::uint8_t* out = buffer_;
  if (text.data == nullptr) {
    out = put_length_value(out, text.length);
    return {buffer_, static_cast<std::size_t>(out - buffer_), true};
  }
  const std::uint64_t most = allowed(text.length, use);
  if (most == 0) {
    out = put_hash_value(out, text.length, keyed_hash(text));
    return {buffer_, static_cast<std::size_t>(out - buffer_), false};
  }
  // The characters are written where they end up if their size takes a full varint.
  std::uint8_t* const start = buffer_ + 2 * kMaxVarint;
  const std::uint64_t length = text.length < most ? text.length : most;
  const auto size = static_cast<std::size_t>(put_characters(start, text, length, kMaxText) - start);
  std::uint8_t head[2 * kMaxVarint];
  const std::uint8_t* const end =
      put_varint(put_value_head(head, text.length, TextForm::kText), size);
  const auto head_size = static_cast<std::size_t>(end - head);
  put_bytes(start - head_size, head, head_size);
  return {start - head_size, head_size + size, length == text.length};
}

}  // namespace heapsnap
