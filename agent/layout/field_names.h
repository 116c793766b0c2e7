// FieldName names one word of the objects of one of CPython's own types, where the type's
// PyMemberDef table does not.
//
//     for_each_field_name("method", 13, [](const FieldName& field) { ... });   // __func__ at 16, __self__ at 24
//
// Labels are ".name" for what Python code can write and "->name" for what only C can see. A type
// also has the fields of its bases: ask for each tp_base in turn (OSError, Exception,
// BaseException). Type names are tp_name, as the C source spells it.
//
// The names are offsets into one text, so that the tables hold no pointers and need no relocation
// in code that runs without libc. A look-up is a binary search over some 600 rows. The rows are
// generated: see generate/field_names.txt.
#pragma once

#include <cstdint>

#include "libsnapshot/format.h"

namespace heapsnap {

// Flags: kFieldWeak, as in a type record, and
// a reference that tp_traverse may not report: read it, unless it was reported
inline constexpr std::uint8_t kFieldUntraversed = 2;

struct FieldName {
  std::uint16_t type_text, label_text;  // in kFieldNameText
  std::uint16_t offset;                 // of the word, in bytes
  std::uint8_t flags;
  std::uint8_t minors;                  // bit 0: in 3.10, bit 1: in 3.11, ...

  constexpr const char* type_name() const;
  constexpr const char* label() const;
  constexpr bool weak() const { return (flags & kFieldWeak) != 0; }
  constexpr bool untraversed() const { return (flags & kFieldUntraversed) != 0; }
  constexpr bool in_minor(std::uint32_t minor) const { return minor >= 10 && minor < 18 && (minors
      >> (minor - 10) & 1) != 0; }
};

#include "agent/layout/field_names.inc"

constexpr const char* FieldName::type_name() const { return kFieldNameText + type_text; }
constexpr const char* FieldName::label() const { return kFieldNameText + label_text; }

namespace detail {

constexpr int compare_text(const char* a, const char* b) {
  while (*a != 0 && *a == *b) ++a, ++b;
  return static_cast<unsigned char>(*a) - static_cast<unsigned char>(*b);
}

// The first row whose type name is not before this one.
constexpr const FieldName* lower_bound_of_type(const char* tp_name) {
  const FieldName* first = kFieldNames;
  std::uint64_t count = sizeof kFieldNames / sizeof kFieldNames[0];
  while (count > 0) {
    const std::uint64_t half = count / 2;
    if (compare_text(first[half].type_name(), tp_name) < 0) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}

}  // namespace detail

// Calls visit with each field of the type of this name, in this minor version, in order of offset.
template <typename Visit>
constexpr void for_each_field_name(const char* tp_name, std::uint32_t minor, Visit visit) {
  const FieldName* const end = kFieldNames + sizeof kFieldNames / sizeof kFieldNames[0];
  for (const FieldName* field = detail::lower_bound_of_type(tp_name);
       field != end && detail::compare_text(field->type_name(), tp_name) == 0; ++field) {
    if (field->in_minor(minor)) visit(*field);
  }
}

}  // namespace heapsnap
