#include "libanalysis/form.h"

#include <catch2/catch.hpp>
#include <vector>

namespace heapsnap {
namespace {

constexpr std::size_t kItemsPart = static_cast<std::size_t>(Part::kItems);
constexpr std::size_t kWordsPart = static_cast<std::size_t>(Part::kWords);

Form list_form(std::uint32_t items) {
  Form form{.type = 7, .type_edge = true, .parts = bit(Part::kItems)};
  form.counts[kItemsPart] = items;
  return form;
}

TEST_CASE("lists of every length have one form") {
  FormTable table;
  const FormId id = table.intern(list_form(3));
  CHECK(table.intern(list_form(3000)) == id);
  CHECK(table.size() == 1);
  const SlotPlace last = table.form(id).place(3000, 3001);
  CHECK(last.part == Part::kItems);
  CHECK(last.index == 2999);
  CHECK(last.count == 3000);
}

TEST_CASE("what differs in anything but the long part is another form") {
  FormTable table;
  const FormId id = table.intern(list_form(3));
  Form other = list_form(3);
  other.type = 8;
  CHECK(table.intern(other) != id);
  other = list_form(3);
  other.type_edge = false;
  CHECK(table.intern(other) != id);
  const std::vector<std::uint32_t> skipped = {2};
  other = list_form(3);
  other.skipped = skipped;
  CHECK(table.intern(other) != id);
}

TEST_CASE("a form comes back as it was interned") {
  FormTable table;
  std::vector<FormId> ids;
  const std::vector<std::uint32_t> offsets = {2, 5, 65535}, names = {1, 2}, skipped = {0, 4};
  for (std::uint32_t i = 0; i < 500; ++i) {
    Form form{.type = i,
              .parts = bit(Part::kWords) | bit(Part::kItems) | bit(Part::kMembers),
              .keys = i + 1,
              .code = Address{i} << 34};
    form.counts[kWordsPart] = 3;
    form.counts[kItemsPart] = 9;
    form.offsets = offsets;
    form.names = names;
    form.skipped = skipped;
    ids.push_back(table.intern(form));
  }
  for (std::uint32_t i = 0; i < 500; ++i) {
    const Form form = table.form(ids[i]);
    CHECK(form.type == i);
    CHECK(form.keys == i + 1);
    CHECK(form.code == Address{i} << 34);
    CHECK(form.counts[kWordsPart] == 3);
    CHECK(form.counts[kItemsPart] == 0);  // the open part
    CHECK(std::vector(form.offsets.begin(), form.offsets.end()) == offsets);
    CHECK(std::vector(form.skipped.begin(), form.skipped.end()) == skipped);
  }
}

TEST_CASE("edges are the slots that are not skipped") {
  const std::vector<std::uint32_t> skipped = {0, 3, 4, 9};
  const Form form{.skipped = skipped};
  const std::vector<std::size_t> slots = {1, 2, 5, 6, 7, 8, 10, 11};
  for (std::size_t edge = 0; edge < slots.size(); ++edge) CHECK(form.slot_of(edge) == slots[edge]);
}

TEST_CASE("slots of continuations come after all others") {
  FormTable table;
  const std::vector<std::uint32_t> continued = {kItemsPart, 10, 4};
  Form form{.parts = bit(Part::kItems) | bit(Part::kStack), .continued = continued};
  form.counts[kItemsPart] = 10;
  form.counts[static_cast<std::size_t>(Part::kStack)] = 2;
  const Form interned = table.form(table.intern(form));
  CHECK(interned.place(9, 16).part == Part::kItems);
  CHECK(interned.place(11, 16).part == Part::kStack);
  CHECK(interned.place(12, 16).part == Part::kItems);
  CHECK(interned.place(12, 16).index == 10);
  CHECK(interned.place(15, 16).index == 13);
}

}  // namespace
}  // namespace heapsnap
