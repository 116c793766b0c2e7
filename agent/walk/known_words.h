// Which words of the objects of a C type are references, as far as CPython's own tables tell: for
// memory in which tp_traverse cannot be called.
//
// Known are the fields of agent/layout/field_names.h and members of the type (PyMemberDef) that are
// objects. Types that are in that table have all of theirs there, but for a few; of others there may
// be more.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/layout/field_names.h"
#include "agent/walk/native_types.h"
#include "agent/walk/type_table.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

class WordSet {
 public:
  static constexpr std::size_t kMost = 512;  // the words after that are in no set

  void add(std::uint64_t word) {
    if (word < kMost) bits_[word / 64] |= std::uint64_t{1} << word % 64;
  }
  bool has(std::uint64_t word) const {
    return word < kMost && (bits_[word / 64] >> word % 64 & 1) != 0;
  }

 private:
  std::uint64_t bits_[kMost / 64] = {};
};

struct KnownWords {
  WordSet references;
  WordSet others;          // no references, or read by somebody else
  std::uint16_t end = 0;   // one past the last word of what the C type has
  bool complete = false;   // there are no other references
};

template <class Memory>
class KnownWordsReader {
 public:
  // `type`: the C type whose tp_traverse the instances have.
  KnownWordsReader(const Walk<Memory>& walk, Address type, std::uint16_t end)
      : walk_(walk), layout_(walk.layout.type), type_(type) {
    words_.end = end;
  }

  KnownWords read() {
    bool named = false;     // of the types with this tp_traverse one is in the table
    bool complete = true;
    Address type = type_;
    for (int i = 0; i < kMostBases && type != 0; ++i) {
      take_members(type);
      take_places(type);
      named |= take_fields(type);
      const Address base = walk_.memory.word(type + layout_.tp_base);
      if (base == 0 || traverse_of(base) != traverse_of(type)) {
        complete &= named || traverse_of(type) == 0;
        named = false;
      }
      type = base;
    }
    words_.complete = complete;
    return words_;
  }

 private:
  static constexpr int kMostBases = 256, kMostMembers = 512;

  Address traverse_of(Address type) const { return walk_.memory.word(type + layout_.tp_traverse); }

  // In the table, but not with all that they have.
  static bool has_more(const char* name) {
    return same_text(name, "itertools._tee_dataobject") ||
           same_text(name, "xml.etree.ElementTree.XMLParser") || same_text(name, "sentinel");
  }
  // Numbers, and words that were something else before.
  static bool has_none(const char* name) { return same_text(name, "decimal.Decimal"); }

  bool take_fields(Address type) {
    const char* const name = walk_.memory.c_string(walk_.memory.word(type + layout_.tp_name));
    const bool heap = (walk_.memory.word(type + layout_.tp_flags) & kTypeHeapType) != 0;
    if (heap && !dotted(name)) return false;
    bool any = has_none(name);
    for_each_field_name(name, walk_.layout.minor, [&](const FieldName& field) {
      any = true;
      const bool by_others = field.weak() || field.untraversed();
      (by_others ? words_.others : words_.references).add(field.offset / 8);
    });
    return any && !has_more(name);
  }

  void take_members(Address type) {
    const Layout::MemberDef& m = walk_.layout.member_def;
    Address member = walk_.memory.word(type + layout_.tp_members);
    for (int i = 0; i < kMostMembers && member != 0 && walk_.memory.word(member + m.name) != 0; ++i) {
      const std::uint32_t kind = walk_.memory.u32(member + m.type);
      if (kind == kMemberObject || kind == kMemberObjectEx) {
        words_.references.add(walk_.memory.word(member + m.offset) / 8);
      }
      member += static_cast<Address>(m.size);
    }
  }

  void take_places(Address type) {
    const std::int64_t dict = walk_.memory.number(type + layout_.tp_dictoffset);
    const std::int64_t weak = walk_.memory.number(type + layout_.tp_weaklistoffset);
    if (dict > 0) words_.references.add(static_cast<std::uint64_t>(dict) / 8);
    if (weak > 0) words_.others.add(static_cast<std::uint64_t>(weak) / 8);
  }

  const Walk<Memory>& walk_;
  const Layout::Type& layout_;
  Address type_;
  KnownWords words_;
};

}  // namespace heapsnap
