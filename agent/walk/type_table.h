// TypeTable finds what the walker knows of a type by its address: how to visit its instances and
// how to compute their size. A lookup costs one or two cache hits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/arena.h"
#include "libsnapshot/format.h"

namespace heapsnap {

// How the references of an instance are found, by the C type that it derives from.
enum class Visit : std::uint8_t {
  kNothing,   // it has none of its own
  kStr, kBytes, kInt, kFloat, kBool,
  kDict, kOrderedDict, kDefaultDict, kList, kTuple, kSet, kDeque, kType, kCode, kFunction, kCell,
  kWeakref, kGenerator, kCoroutine, kFrame, kDateTime, kTime, kNumpyArray, kByteArray, kLruCache,
  kElement,
  kTraverse,  // its tp_traverse is called
};

// Which formula gives the shallow size (docs/decisions/0002-shallow-sizes.md).
enum class SizeRule : std::uint8_t {
  kItems,  // basicsize + |ob_size| * itemsize
  kNone,   // basicsize alone: __sizeof__ does not look at ob_size
  kInt, kStr, kDict, kOrderedDict, kList, kSet, kDeque, kType, kCode, kGenerator, kFrame,
  kByteArray, kArray, kBytesIO, kBuffered, kStruct, kDecimal, kElement, kCombinations,
  kPermutations, kProduct, kPickler, kUnpickler, kStgDict, kCType, kSimpleQueue, kNumpyArray,
  kNumpyBytes, kNumpyVoid,
};

inline constexpr std::uint16_t kUntoldName = 0x8000;  // added to a word: its text is a name

enum class DictPlace : std::uint8_t {
  kNone,
  kOffset,    // at dict_offset from the start
  kFromEnd,   // at dict_offset (negative) from the end of a variable-sized object
  kManaged,   // as the version's DictScheme has it
};

struct KnownWords;  // known_words.h

struct TypeEntry {
  Address address = 0;
  Address traverse = 0;      // of the C type it derives from; to call
  Address is_gc = 0;
  Address cached_keys = 0;   // names of the attributes of its instances
  const std::uint16_t* slots = nullptr;  // words that Python classes added
  const std::uint16_t* untold = nullptr;  // words that tp_traverse may not tell of; kUntoldName
  const KnownWords* words = nullptr;      // of its C type, where tp_traverse cannot be called
  std::uint64_t flags = 0;
  std::int64_t basicsize = 0;
  std::int64_t itemsize = 0;
  std::int64_t dict_offset = 0;
  std::uint32_t id = 0;
  std::uint16_t slot_count = 0;
  std::uint16_t untold_count = 0;
  std::uint16_t body_words = 0;  // of an instance without its items
  std::uint8_t pre_header = 0;   // bytes before an instance that its size includes
  std::uint8_t counted_twice = 0;  // see NativeType
  Visit visit = Visit::kNothing;
  SizeRule size = SizeRule::kItems;
  DictPlace dict = DictPlace::kNone;
  TypeLayout layout = TypeLayout::kOther;
  Sizing sizing = Sizing::kExact;
  bool heap = false;          // instances own a reference to it
  bool has_gc = false;
  bool leaf = false;          // a value and no references
  bool is_thread = false;     // threading.Thread, or derives from it
  bool stuck = false;         // the walk did not get on with an instance: try no other
  bool traverses_dict = false;      // its tp_traverse visits the managed dict, too
  std::uint16_t foreign_from = 0;   // an unknown C type deriving from a known one: its first word
};

class TypeTable {
 public:
  explicit TypeTable(Arena& arena) : arena_(arena) {}

  TypeEntry* find(Address type) const {
    if (last_ != nullptr && last_->address == type) return last_;
    if (capacity_ == 0) return nullptr;
    TypeEntry* const entry = slots_[find_slot(slots_, capacity_, type)];
    if (entry != nullptr) last_ = entry;
    return entry;
  }

  // A new entry of the next id; nullptr without memory.
  TypeEntry* insert(Address type);

 private:
  static constexpr std::size_t kFirstCapacity = 4096;

  static std::size_t find_slot(TypeEntry* const* slots, std::size_t capacity, Address type) {
    std::size_t i = (type * 0x9E3779B97F4A7C15u >> 32) & (capacity - 1);
    while (slots[i] != nullptr && slots[i]->address != type) i = (i + 1) & (capacity - 1);
    return i;
  }
  bool grow();

  Arena& arena_;
  TypeEntry** slots_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
  mutable TypeEntry* last_ = nullptr;
};

}  // namespace heapsnap
