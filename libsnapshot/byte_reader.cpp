#include "libsnapshot/byte_reader.h"

#include <algorithm>

#include <fmt/format.h>

namespace heapsnap {

std::uint64_t ByteReader::varint() {
  if (failed_) return 0;
  std::uint8_t padded[kMaxVarint] = {};  // zeros after the end finish the varint there
  const std::uint8_t* from = in_;
  if (left() < kMaxVarint) {
    std::copy(in_, end_, padded);
    from = padded;
  }
  std::uint64_t value = 0;
  const std::uint8_t* end = get_varint(from, value);
  if (end == nullptr || static_cast<std::size_t>(end - from) > left()) {
    fail();
    return 0;
  }
  in_ += end - from;
  return value;
}

tl::unexpected<Error> ByteReader::damaged(std::string_view what) const {
  return failure(ErrorCode::kUnreadable, fmt::format("damaged {}", what), file_offset());
}

}  // namespace heapsnap
