// A form is all that the labels of a container's edges depend on, but for the edges themselves:
// its type, its parts and how many edges each has, word offsets, key table, code object.
//
// Millions of containers share a few thousand forms, so a FormId a container is what labels cost.
// The count of one part, the longest kind of part that it has, is left out: it is what remains of
// the row. So lists of every length have one form.
//
// A row's *slots* are the positions as recorded: the type edge, then the parts in the order of
// their numbers. A slot without an edge (NULL, or dropped as dangling) is *skipped*; the edges of
// the row are the slots that are not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libanalysis/ids.h"
#include "libsnapshot/format.h"

namespace heapsnap {

// Where a slot belongs.
struct SlotPlace {
  bool is_type_edge = false;
  Part part = Part::kLoose;
  std::uint64_t index = 0;  // within the part; of a map keys and values count alike
  std::uint64_t count = 0;  // slots of the part in this record
};

// Slots of a part that are in a continuation record, and so come after all others.
struct ContinuedSlots {
  Part part = Part::kLoose;
  std::uint32_t start = 0;  // slots of the part that came before
  std::uint32_t count = 0;
};

// What is interned. The spans are the maker's, or the table's.
struct Form {
  std::uint32_t type = 0;  // as in the file until the graph is built, then a TypeId
  bool type_edge = false;
  std::uint32_t parts = 0;  // bit(Part): those with strong edges
  std::uint32_t keys = 0;   // id of the key table
  Address code = 0;         // whose local variables name the part `locals`
  std::array<std::uint32_t, kPartCount> counts = {};  // slots; of the open part 0
  std::span<const std::uint32_t> offsets = {};        // word offsets, one for each slot of `words`
  std::span<const std::uint32_t> names = {};          // of members: two halves of an address each
  std::span<const std::uint32_t> skipped = {};        // slots without an edge, increasing
  std::span<const std::uint32_t> continued = {};      // three numbers each, see continued_slots()

  // The part whose count is left out; none once there are continuations.
  std::optional<Part> open_part() const;
  std::size_t continued_count() const { return continued.size() / 3; }
  ContinuedSlots continued_slots(std::size_t i) const;

  // Slots of a row that has so many edges.
  std::size_t slots(std::size_t edges) const { return edges + skipped.size(); }
  std::size_t slot_of(std::size_t edge) const;
  // Of one of the slots of a row that has so many edges.
  SlotPlace place(std::size_t slot, std::size_t edges) const;
};

// FormTable interns forms: equal forms have equal ids, dense from 0.
class FormTable {
 public:
  FormId intern(const Form& form);
  Form form(FormId id) const;  // views into the table, until the next intern()
  std::uint32_t size() const { return static_cast<std::uint32_t>(begin_.size() - 1); }

  // All forms as numbers, and the table of such numbers if they are that of one.
  std::span<const std::uint32_t> numbers() const { return words_; }
  static std::optional<FormTable> of(std::span<const std::uint32_t> numbers);

 private:
  std::span<const std::uint32_t> words(FormId id) const;
  FormId find_or_add();
  void grow();

  std::vector<std::uint32_t> words_;        // of all forms, one after the other
  std::vector<std::uint64_t> begin_ = {0};  // by id, and one more
  std::vector<std::uint64_t> hash_;         // by id
  std::vector<FormId> slots_ = std::vector<FormId>(64, kNoForm);  // open addressing
  std::vector<std::uint32_t> scratch_;                            // the form to be interned
};

}  // namespace heapsnap
