#include "libanalysis/form.h"

#include <algorithm>
#include <bit>

namespace heapsnap {
namespace {

// The interned form of a form: so many numbers, then the counts of its counted parts, then the
// four lists.
enum Head {
  kType,
  kParts,
  kKeys,
  kCodeLow,
  kCodeHigh,
  kOffsets,
  kNames,
  kSkipped,
  kContinued,
  kHeadSize
};

constexpr std::uint32_t kTypeEdgeBit = std::uint32_t{1} << 31;

// Parts in the order in which they are taken to be the long one.
constexpr Part kOpenParts[] = {Part::kMap,    Part::kItems, Part::kSet,    Part::kLoose,
                               Part::kStack,  Part::kNames, Part::kFrames, Part::kMaybe,
                               Part::kLocals, Part::kValues};

std::uint64_t hash_of(std::span<const std::uint32_t> words) {
  std::uint64_t hash = words.size();
  for (const std::uint32_t word : words) {
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace

std::optional<Part> Form::open_part() const {
  if (!continued.empty()) return std::nullopt;
  for (const Part part : kOpenParts) {
    if (parts & bit(part)) return part;
  }
  return std::nullopt;
}

ContinuedSlots Form::continued_slots(std::size_t i) const {
  return {static_cast<Part>(continued[3 * i]), continued[3 * i + 1], continued[3 * i + 2]};
}

// The slots before it are the edges before it and those skipped; the number of skipped ones
// before the result is found by bisection over skipped[i] - i, which does not decrease.
std::size_t Form::slot_of(std::size_t edge) const {
  std::size_t low = 0, high = skipped.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (skipped[middle] - middle <= edge) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return edge + low;
}

SlotPlace Form::place(std::size_t slot, std::size_t edges) const {
  if (type_edge) {
    if (slot == 0) return {.is_type_edge = true};
    --slot;
  }
  const std::optional<Part> open = open_part();
  std::size_t fixed = type_edge;
  for (const std::uint32_t count : counts) fixed += count;
  for (std::size_t i = 0; i < kPartCount; ++i) {
    const Part part = static_cast<Part>(i);
    const std::size_t count = part == open ? slots(edges) - fixed : counts[i];
    if (slot < count) return {.part = part, .index = slot, .count = count};
    slot -= count;
  }
  for (std::size_t i = 0; i < continued_count(); ++i) {
    const ContinuedSlots piece = continued_slots(i);
    if (slot < piece.count) {
      return {.part = piece.part, .index = piece.start + slot, .count = piece.count};
    }
    slot -= piece.count;
  }
  return {};
}

FormId FormTable::intern(const Form& form) {
  scratch_.assign({form.type, form.parts | (form.type_edge ? kTypeEdgeBit : 0), form.keys,
                   static_cast<std::uint32_t>(form.code),
                   static_cast<std::uint32_t>(form.code >> 32),
                   static_cast<std::uint32_t>(form.offsets.size()),
                   static_cast<std::uint32_t>(form.names.size()),
                   static_cast<std::uint32_t>(form.skipped.size()),
                   static_cast<std::uint32_t>(form.continued.size())});
  const std::optional<Part> open = form.open_part();
  for (std::size_t i = 0; i < kPartCount; ++i) {
    const Part part = static_cast<Part>(i);
    if (form.parts & bit(part)) scratch_.push_back(part == open ? 0 : form.counts[i]);
  }
  for (const auto& list : {form.offsets, form.names, form.skipped, form.continued}) {
    scratch_.insert(scratch_.end(), list.begin(), list.end());
  }
  return find_or_add();
}

FormId FormTable::find_or_add() {
  const std::uint64_t hash = hash_of(scratch_);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != kNoForm; slot = (slot + 1) & mask) {
    const FormId id = slots_[slot];
    if (hash_[id] == hash && std::ranges::equal(words(id), scratch_)) return id;
  }
  const FormId id = size();
  words_.insert(words_.end(), scratch_.begin(), scratch_.end());
  begin_.push_back(words_.size());
  hash_.push_back(hash);
  slots_[slot] = id;
  if (size() > slots_.size() / 2) grow();
  return id;
}

void FormTable::grow() {
  slots_.assign(slots_.size() * 2, kNoForm);
  const std::size_t mask = slots_.size() - 1;
  for (FormId id = 0; id < size(); ++id) {
    std::size_t slot = hash_[id] & mask;
    while (slots_[slot] != kNoForm) slot = (slot + 1) & mask;
    slots_[slot] = id;
  }
}

std::optional<FormTable> FormTable::of(std::span<const std::uint32_t> numbers) {
  FormTable table;
  while (!numbers.empty()) {
    if (numbers.size() < kHeadSize) return std::nullopt;
    const std::uint32_t parts = numbers[kParts] & ~kTypeEdgeBit;
    if (parts >> kPartCount != 0) return std::nullopt;
    std::uint64_t size = kHeadSize + static_cast<std::uint64_t>(std::popcount(parts));
    for (int list = kOffsets; list < kHeadSize; ++list) size += numbers[list];
    if (size > numbers.size()) return std::nullopt;
    const auto form = numbers.first(static_cast<std::size_t>(size));
    table.scratch_.assign(form.begin(), form.end());
    const FormId next = table.size();
    if (table.find_or_add() != next) return std::nullopt;
    numbers = numbers.subspan(form.size());
  }
  return table;
}

std::span<const std::uint32_t> FormTable::words(FormId id) const {
  return {words_.data() + begin_[id], words_.data() + begin_[id + 1]};
}

Form FormTable::form(FormId id) const {
  const std::uint32_t* word = words_.data() + begin_[id];
  Form form{.type = word[kType],
            .type_edge = (word[kParts] & kTypeEdgeBit) != 0,
            .parts = word[kParts] & ~kTypeEdgeBit,
            .keys = word[kKeys],
            .code = word[kCodeLow] | Address{word[kCodeHigh]} << 32};
  const std::uint32_t* next = word + kHeadSize;
  for (std::size_t i = 0; i < kPartCount; ++i) {
    if (form.parts & bit(static_cast<Part>(i))) form.counts[i] = *next++;
  }
  const auto take = [&next](std::uint32_t count) {
    const std::span<const std::uint32_t> list(next, count);
    next += count;
    return list;
  };
  form.offsets = take(word[kOffsets]);
  form.names = take(word[kNames]);
  form.skipped = take(word[kSkipped]);
  form.continued = take(word[kContinued]);
  return form;
}

}  // namespace heapsnap
