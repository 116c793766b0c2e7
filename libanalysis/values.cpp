#include "libanalysis/values.h"

#include <iterator>
#include <utility>

#include "libsnapshot/byte_encoding.h"

namespace heapsnap {
namespace {

constexpr unsigned kPlaceBits = 18;  // of a handle; the rest is the number of the pool
constexpr std::size_t kAlignment = 4;
constexpr std::size_t kPoolSize = kAlignment << kPlaceBits;
constexpr std::size_t kMaxPools = std::size_t{1} << (32 - kPlaceBits);

std::size_t encoded_size(const RawValue& value) {
  return kMaxPlainValue + kMaxVarint + value.text.size();
}

std::uint8_t* encode(const RawValue& value, std::uint8_t* out) {
  switch (value.form) {
    case TextForm::kHash:
      return put_hash_value(out, value.number, value.word);
    case TextForm::kText:
      return put_text_value(out, value.number, value.text.data(), value.text.size());
    default:
      return put_length_value(out, value.number);
  }
}

}  // namespace

ValueHandle ValuePools::add(const RawValue& value) {
  const std::size_t room = encoded_size(value);
  if (room > kPoolSize - kAlignment) return 0;
  if (pools_.empty() || pools_.back().size() + room > kPoolSize) {
    if (pools_.size() == kMaxPools) return 0;
    pools_.emplace_back().resize(kAlignment);  // so that no handle is 0
  }
  std::vector<std::uint8_t>& pool = pools_.back();
  const std::size_t place = pool.size();
  pool.resize(place + room);
  const std::size_t end =
      static_cast<std::size_t>(encode(value, pool.data() + place) - pool.data());
  pool.resize((end + kAlignment - 1) / kAlignment * kAlignment);
  return static_cast<ValueHandle>((pools_.size() - 1) << kPlaceBits | place / kAlignment);
}

RawValue ValuePools::operator[](ValueHandle handle) const {
  const std::vector<std::uint8_t>& pool = pools_[handle >> kPlaceBits];
  const std::size_t place = (handle & ((1u << kPlaceBits) - 1)) * kAlignment;
  ByteReader in({pool.data() + place, pool.size() - place});
  return read_raw_value(in);
}

ValuePools ValuePools::of(Pools pools) {
  ValuePools result;
  result.pools_ = std::move(pools);
  return result;
}

bool ValuePools::contains(ValueHandle handle) const {
  const std::size_t pool = handle >> kPlaceBits;
  const std::size_t place = (handle & ((1u << kPlaceBits) - 1)) * kAlignment;
  return handle != 0 && pool < pools_.size() && place < pools_[pool].size();
}

std::uint64_t ValuePools::append(ValuePools&& other) {
  const std::uint64_t before = std::uint64_t{pools_.size()} << kPlaceBits;
  pools_.insert(pools_.end(), std::make_move_iterator(other.pools_.begin()),
                std::make_move_iterator(other.pools_.end()));
  return before;
}

}  // namespace heapsnap
