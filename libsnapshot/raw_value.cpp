#include "libsnapshot/raw_value.h"

#include <bit>

namespace heapsnap {
namespace {

// Room for every value but a text.
struct Plain {
  std::uint8_t bytes[kMaxPlainValue] = {};
  void to(ByteWriter& out, const std::uint8_t* end) const {
    out.bytes({bytes, static_cast<std::size_t>(end - bytes)});
  }
};

void write_text(ByteWriter& out, const Value& value) {
  Plain plain;
  switch (value.form) {
    case TextForm::kLength:
      return plain.to(out, put_length_value(plain.bytes, value.length));
    case TextForm::kHash:
      return plain.to(out, put_hash_value(plain.bytes, value.length, value.hash));
    case TextForm::kText:
      plain.to(out, put_value_head(plain.bytes, value.length, TextForm::kText));
      return out.string(value.text);
  }
}

}  // namespace

RawValue read_raw_value(ByteReader& in) {
  const std::uint64_t head = in.varint();
  RawValue raw{.number = head >> 2, .form = static_cast<TextForm>(head & 3)};
  if (raw.form == TextForm::kHash) {
    raw.word = in.u64();
  } else if (raw.form == TextForm::kText) {
    raw.text = in.string_view();
  } else if (raw.form != TextForm::kLength) {
    in.fail();
  }
  return in.ok() ? raw : RawValue{};
}

Value interpret(const RawValue& raw, TypeLayout layout) {
  Value value{.layout = layout};
  switch (layout) {
    case TypeLayout::kStr:
    case TypeLayout::kBytes:
      value.form = raw.form;
      value.length = raw.number;
      value.hash = raw.word;
      value.text = raw.text;
      break;
    case TypeLayout::kInt:
    case TypeLayout::kBool:
      value.integer = raw.form == TextForm::kHash ? static_cast<std::int64_t>(raw.word)
                                                  : unzigzag(raw.number);
      break;
    case TypeLayout::kFloat:
      value.real = std::bit_cast<double>(raw.word);
      break;
    case TypeLayout::kCode:
      value.integer = static_cast<std::int64_t>(raw.number);
      break;
    default:
      break;
  }
  return value;
}

void write_value(ByteWriter& out, const Value& value) {
  Plain plain;
  switch (value.layout) {
    case TypeLayout::kStr:
    case TypeLayout::kBytes:
      return write_text(out, value);
    case TypeLayout::kInt:
    case TypeLayout::kBool:
      return plain.to(out, put_integer_value(plain.bytes, value.integer));
    case TypeLayout::kFloat:
      return plain.to(out, put_real_value(plain.bytes, std::bit_cast<std::uint64_t>(value.real)));
    case TypeLayout::kCode:
      return plain.to(out, put_line_value(plain.bytes, static_cast<std::uint64_t>(value.integer)));
    default:
      return;
  }
}

}  // namespace heapsnap
