// The records of a snapshot other than nodes, one struct for each section of docs/format.md.
//
// They are what the reader yields and the writer takes: the fields of the file, checked for
// shape (lengths, enumerations) and not for sense (whether an address is a node).
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "libsnapshot/format.h"

namespace heapsnap {

struct Fact {
  std::string key = {};
  std::variant<std::uint64_t, std::int64_t, std::string> value = {};
};

struct FieldRecord {
  std::uint32_t word = 0;  // byte offset in the instance / 8
  std::uint8_t flags = 0;  // kFieldWeak
  std::string label = {};  // ".name" or "->name"
};

struct TypeRecord {
  std::uint32_t id = 0;
  Address address = 0;
  Address metatype = 0;
  Address base = 0;
  std::uint64_t tp_flags = 0;
  std::uint64_t basicsize = 0;
  std::uint64_t itemsize = 0;
  std::int64_t dictoffset = 0;
  std::int64_t weaklistoffset = 0;
  TypeLayout layout = TypeLayout::kOther;
  Sizing sizing = Sizing::kExact;
  std::string module = {};  // empty: unknown
  std::string qualname = {};
  std::vector<FieldRecord> fields = {};
};

struct KeysRecord {
  std::uint32_t id = 0;
  Address address = 0;
  std::vector<Address> names = {};  // str objects by position; 0: unused
};

// What is known of a str's, bytes', number's or code object's value.
struct Value {
  TypeLayout layout = TypeLayout::kOther;
  TextForm form = TextForm::kLength;  // str and bytes
  std::uint64_t length = 0;           // code points, or bytes
  std::uint64_t hash = 0;             // form kHash
  std::string text = {};              // form kText
  std::int64_t integer = 0;           // int and bool; first line of code
  double real = 0;                    // float
};

struct TextRecord {
  Address address = 0;
  Value value = {};
};

struct InterpreterRecord {
  Address address = 0;
  std::int64_t id = 0;
};

struct ThreadRecord {
  Address address = 0;
  Address interpreter = 0;
  std::uint64_t ident = 0;
  std::uint64_t native_id = 0;
  std::uint8_t flags = 0;  // kThreadIsCapturing
};

struct FrameRecord {
  Address address = 0;
  Address owner = 0;  // the thread, or the generator it belongs to
  std::uint64_t depth = 0;  // from the innermost
  Address code = 0;
  std::int64_t lasti = 0;
  std::uint64_t line = 0;  // 0: unknown
  std::uint8_t flags = 0;  // kFrameStackKnown, kFrameHasObject
};

struct RootRecord {
  RootKind kind = RootKind::kThread;
  Address target = 0;
  std::string label = {};
};

struct FaultRecord {
  Address address = 0;
  std::uint32_t type = 0;
  FaultReason reason = FaultReason::kInvalidPointer;
  std::string detail = {};
};

struct MemoryRecord {
  std::string name = {};
  std::string text = {};
};

struct DistributionRecord {
  std::string top_level = {};
  std::string name = {};
  std::string version = {};
};

// A line of code that allocated objects.
struct SiteRecord {
  std::uint32_t id = 0;
  std::uint32_t line = 0;  // 0: unknown
  std::string file = {};
};

struct AllocationRecord {
  Address address = 0;  // of an object
  std::uint32_t site = 0;
};

}  // namespace heapsnap
