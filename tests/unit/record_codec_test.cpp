#include "libsnapshot/record_codec.h"

#include <vector>

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

template <class Record>
Bytes written(const Record& record) {
  ByteWriter out;
  write_record(out, record);
  return {out.bytes().begin(), out.bytes().end()};
}

// What is read of a record that was written, written again: equal bytes, equal records. Every
// shorter piece of it must be refused.
template <class Record>
void check_survives(const Record& record) {
  const Bytes bytes = written(record);
  ByteReader in(bytes);
  Record copy;
  read_record(in, copy);
  REQUIRE(in.ok());
  CHECK(in.at_end());
  CHECK(written(copy) == bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ByteReader piece({bytes.data(), size});
    read_record(piece, copy);
    REQUIRE_FALSE(piece.ok());
  }
}

TEST_CASE("every kind of record survives, and no piece of one passes for it") {
  check_survives(Fact{"pid", std::uint64_t{UINT64_MAX}});
  check_survives(Fact{"offset", std::int64_t{-5}});
  check_survives(Fact{"host", std::string("here")});
  check_survives(TypeRecord{.id = 9,
                            .address = 0x1000,
                            .metatype = 0x2000,
                            .base = 0x3000,
                            .tp_flags = 1u << 31,
                            .basicsize = 56,
                            .itemsize = 8,
                            .dictoffset = -1,
                            .weaklistoffset = 24,
                            .layout = TypeLayout::kTuple,
                            .sizing = Sizing::kOverridden,
                            .module = "app",
                            .qualname = "Pair",
                            .fields = {{2, 0, ".left"}, {3, kFieldWeak, "->right"}}});
  check_survives(KeysRecord{.id = 3, .address = 0x1000, .names = {0x2000, 0, 0x1F00}});
  check_survives(StructureRecord(InterpreterRecord{.address = 0x1000, .id = -1}));
  check_survives(StructureRecord(ThreadRecord{.address = 0x1000,
                                              .interpreter = 0x2000,
                                              .ident = 1u << 20,
                                              .native_id = 77,
                                              .flags = kThreadIsCapturing}));
  check_survives(StructureRecord(FrameRecord{.address = 0x1000,
                                             .owner = 0x2000,
                                             .depth = 3,
                                             .code = 0x3000,
                                             .lasti = -1,
                                             .line = 12,
                                             .flags = kFrameHasObject}));
  check_survives(RootRecord{.kind = RootKind::kInterpreter, .target = 0x1000, .label = "modules"});
  check_survives(FaultRecord{.address = 0x1000,
                             .type = 4,
                             .reason = FaultReason::kBoundExceeded,
                             .detail = "a list of 2^60"});
  check_survives(MemoryRecord{.name = "statm", .text = "1 2 3"});
  check_survives(DistributionRecord{.top_level = "yaml", .name = "PyYAML", .version = "6.0"});
  check_survives(SiteRecord{.id = 300, .line = 65536, .file = "/srv/app.py"});
  check_survives(AllocationRecord{.address = 0x7F0000001000, .site = 300});
}

Value text(TextForm form) {
  Value value{.layout = TypeLayout::kStr, .form = form, .length = 1000};
  if (form == TextForm::kHash) value.hash = 0x0123456789ABCDEF;
  if (form == TextForm::kText) value.text = "a thousand";
  return value;
}

TEST_CASE("every kind of value survives") {
  for (const TextForm form : {TextForm::kLength, TextForm::kHash, TextForm::kText}) {
    check_survives(TextRecord{.address = 0x1000, .value = text(form)});
  }
  check_survives(TextRecord{.address = 0x8,
                            .value = {.layout = TypeLayout::kFloat, .real = -0.1}});
  check_survives(TextRecord{.address = 0x8,
                            .value = {.layout = TypeLayout::kCode, .integer = 70000}});
  for (const std::int64_t integer : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN, INT64_MAX,
                                     INT64_MAX / 4, INT64_MIN / 4 - 1}) {
    const TextRecord record{.address = 0x8,
                            .value = {.layout = TypeLayout::kInt, .integer = integer}};
    check_survives(record);
    const Bytes bytes = written(record);
    ByteReader in(bytes);
    TextRecord copy;
    read_record(in, copy);
    CHECK(copy.value.integer == integer);
  }
}

TEST_CASE("text records are relative to those before") {
  ByteWriter out;
  write_record(out, TextRecord{.address = 0x7F0000001000, .value = text(TextForm::kText)});
  const std::size_t first = out.size();
  write_record(out, TextRecord{.address = 0x7F0000001010, .value = text(TextForm::kText)});
  CHECK(out.size() - first < first);
  ByteReader in(out.bytes());
  TextRecord record;
  read_record(in, record);
  CHECK(record.address == 0x7F0000001000);
  read_record(in, record);
  CHECK(record.address == 0x7F0000001010);
  CHECK(record.value.text == "a thousand");
  CHECK(record.value.length == 1000);
  CHECK(in.at_end());
}

TEST_CASE("an allocation near the one before takes two bytes") {
  ByteWriter out;
  write_record(out, AllocationRecord{.address = 0x7F0000001000, .site = 5});
  const std::size_t first = out.size();
  write_record(out, AllocationRecord{.address = 0x7F0000001040, .site = 7});
  CHECK(out.size() - first == 2);
  ByteReader in(out.bytes());
  AllocationRecord record;
  read_record(in, record);
  read_record(in, record);
  CHECK(record.address == 0x7F0000001040);
  CHECK(record.site == 7);
  CHECK(in.at_end());
}

template <class Record>
bool is_refused(const Bytes& bytes) {
  ByteReader in(bytes);
  Record record;
  read_record(in, record);
  return !in.ok();
}

TEST_CASE("counts that cannot be true are refused") {
  const Bytes huge = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01};
  Bytes keys = {1, 0};
  keys.insert(keys.end(), huge.begin(), huge.end());
  CHECK(is_refused<KeysRecord>(keys));
  CHECK(is_refused<MemoryRecord>(huge));
  Bytes type = written(TypeRecord{.id = 1});
  type.pop_back();  // the count of fields, 0
  type.insert(type.end(), huge.begin(), huge.end());
  CHECK(is_refused<TypeRecord>(type));
  type = written(TypeRecord{.id = 1});
  type.back() = 2;
  type.insert(type.end(), {1, 0, 0, 1, 0});  // room for one field and most of another
  CHECK(is_refused<TypeRecord>(type));
}

TEST_CASE("enumerators that do not exist are refused") {
  CHECK(is_refused<RootRecord>({0, 0, 0}));
  CHECK(is_refused<RootRecord>({4, 0, 0}));  // derived, never in a file
  CHECK_FALSE(is_refused<RootRecord>({3, 0, 0}));
  CHECK(is_refused<FaultRecord>({0, 1, 6, 0}));
  CHECK(is_refused<FaultRecord>({0, 1, 0, 0}));
  CHECK(is_refused<StructureRecord>({4, 0, 0, 0, 0, 0, 0, 0}));
  CHECK(is_refused<Fact>({1, 'a', 3, 0}));
  CHECK(is_refused<SiteRecord>({0, 1, 1, 'a'}));  // id 0
  CHECK(is_refused<SiteRecord>({1, 1, 2, 'a'}));
  CHECK(is_refused<AllocationRecord>({16, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F}));
  CHECK(is_refused<TypeRecord>({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));  // id 0
  CHECK_FALSE(is_refused<TypeRecord>({1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  CHECK(is_refused<TypeRecord>({1, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0}));
  CHECK(is_refused<TypeRecord>({1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0}));
}

}  // namespace
}  // namespace heapsnap
