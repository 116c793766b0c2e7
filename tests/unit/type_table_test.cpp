#include "agent/walk/type_table.h"

#include <catch2/catch.hpp>

#include "agent/walk/address_ids.h"
#include "agent/walk/native_types.h"

namespace heapsnap {
namespace {

TEST_CASE("types are numbered densely, behind the structures, and found again") {
  Arena arena(nullptr, 0);
  TypeTable types(arena);
  CHECK(types.find(0x1000) == nullptr);
  for (Address i = 0; i < 10'000; ++i) {
    const TypeEntry* const entry = types.insert(0x1000 + 16 * i);
    REQUIRE(entry != nullptr);
    REQUIRE(entry->id == kFirstType + i);
  }
  for (Address i = 0; i < 10'000; ++i) {
    REQUIRE(types.find(0x1000 + 16 * i)->id == kFirstType + i);
  }
  CHECK(types.find(0x1008) == nullptr);
}

TEST_CASE("a type table without memory refuses") {
  Arena arena(nullptr, 0, 0);
  TypeTable types(arena);
  CHECK(types.insert(0x1000) == nullptr);
  CHECK(types.find(0x1000) == nullptr);
}

TEST_CASE("addresses are numbered in the order in which they are asked for") {
  Arena arena(nullptr, 0);
  AddressIds ids(arena);
  bool fresh = false;
  for (Address i = 1; i < 5000; ++i) {
    REQUIRE(ids.id_of(i * 64, fresh) == i);
    REQUIRE(fresh);
  }
  for (Address i = 1; i < 5000; ++i) {
    REQUIRE(ids.id_of(i * 64, fresh) == i);
    REQUIRE_FALSE(fresh);
  }
}

TEST_CASE("a heap type is taken for a C type only if its name has a dot") {
  CHECK(find_native("set", true)->visit == Visit::kSet);
  CHECK(find_native("set", false) == nullptr);
  CHECK(find_native("collections.deque", false)->visit == Visit::kDeque);
  CHECK(find_native("app.Deque", false) == nullptr);
}

}  // namespace
}  // namespace heapsnap
