#include "agent/layout/layout.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "agent/layout/field_names.h"

namespace heapsnap {
namespace {

std::vector<std::string> labels_of(const char* type, std::uint32_t minor) {
  std::vector<std::string> labels;
  for_each_field_name(type, minor, [&labels](const FieldName& field) { labels.emplace_back(field.label()); });
  return labels;
}

TEST_CASE("each supported version has a layout of its own, whatever its patch release") {
  for (std::uint32_t minor = kOldestMinor; minor <= kNewestMinor; ++minor) {
    for (const std::uint32_t patch : {0x000000f0u, 0x00000af0u, 0x000000a1u}) {
      const Layout* const layout = layout_for(0x03000000u | minor << 16 | patch);
      REQUIRE(layout != nullptr);
      CHECK(layout->minor == minor);
    }
  }
}

TEST_CASE("a version that is not known has no layout") {
  for (const std::uint32_t hexversion : {0x030909f0u, 0x031000f0u, 0x020d00f0u, 0x040d00f0u, 0x000d00f0u, 0u}) {
    CHECK(layout_for(hexversion) == nullptr);
  }
}

TEST_CASE("what a version lacks is absent") {
  CHECK(layout_for(0x030a0df0)->frame.f_executable == kAbsent);
  CHECK(layout_for(0x030a0df0)->instance.scheme == DictScheme::None);
  CHECK(layout_for(0x030a0df0)->object.immortal_from == kNeverImmortal);
  CHECK(layout_for(0x030d00f0)->str.wstr == kAbsent);
  CHECK(layout_for(0x030c01f0)->hints.debug.cookie == kAbsent);
  CHECK(layout_for(0x030f02f0)->hints.debug.cookie == 0);
}

TEST_CASE("a type has the field names of its version, in order of offset") {
  CHECK(labels_of("method", 13) == std::vector<std::string>{".__func__", ".__self__"});
  CHECK(labels_of("map", 10) == std::vector<std::string>{"->iters", "->func"});
  CHECK(labels_of("typing.TypeVar", 11).empty());
  CHECK(labels_of("typing.TypeVar", 12).size() == 5);
}

TEST_CASE("a type that the table does not have has no field names") {
  for (const char* const name : {"", "metho", "methods", "~", "app.Node"}) CHECK(labels_of(name, 13).empty());
  CHECK(labels_of("method", 9).empty());
  CHECK(labels_of("method", 42).empty());
}

TEST_CASE("every row of the table is found by its type's name, in each of its versions") {
  for (const FieldName& row : kFieldNames) {
    for (std::uint32_t minor = kOldestMinor; minor <= kNewestMinor; ++minor) {
      bool found = false;
      for_each_field_name(row.type_name(), minor, [&](const FieldName& field) { found |= &field == &row; });
      CHECK(found == row.in_minor(minor));
    }
  }
}

TEST_CASE("a weak reference's referent is no reference") {
  for_each_field_name("weakref.ReferenceType", 13, [](const FieldName& field) {
    CHECK(field.weak() == (field.offset == layout_for(0x030d00f0)->weak_ref.wr_object));
  });
}

}  // namespace
}  // namespace heapsnap
