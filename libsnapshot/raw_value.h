// RawValue is a value as it stands in a file (docs/format.md section 6, part 11), before the
// layout of its type gives it a meaning.
//
//     Value value = interpret(read_raw_value(in), layout);
#pragma once

#include <cstdint>
#include <string_view>

#include "libsnapshot/byte_reader.h"
#include "libsnapshot/byte_writer.h"
#include "libsnapshot/records.h"

namespace heapsnap {

struct RawValue {
  std::uint64_t number = 0;
  TextForm form = TextForm::kLength;
  std::uint64_t word = 0;  // form kHash
  std::string_view text = {};   // form kText; a view into what was read
};

RawValue read_raw_value(ByteReader& in);

// What the value says of an object whose type has this layout. Layouts that have no values are
// given an empty one.
Value interpret(const RawValue& raw, TypeLayout layout);

// Writes nothing for layouts that have no values.
void write_value(ByteWriter& out, const Value& value);

}  // namespace heapsnap
