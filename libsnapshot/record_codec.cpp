#include "libsnapshot/record_codec.h"

#include <utility>

#include "libsnapshot/raw_value.h"

namespace heapsnap {
namespace {

constexpr std::size_t kMinField = 3;  // bytes

void write_structure(ByteWriter& out, const InterpreterRecord& interpreter) {
  out.u8(static_cast<std::uint8_t>(StructureKind::kInterpreter));
  out.address(interpreter.address);
  out.zigzag(interpreter.id);
}

void write_structure(ByteWriter& out, const ThreadRecord& thread) {
  out.u8(static_cast<std::uint8_t>(StructureKind::kThread));
  out.address(thread.address);
  out.address(thread.interpreter);
  out.varint(thread.ident);
  out.varint(thread.native_id);
  out.u8(thread.flags);
}

void write_structure(ByteWriter& out, const FrameRecord& frame) {
  out.u8(static_cast<std::uint8_t>(StructureKind::kFrame));
  out.address(frame.address);
  out.address(frame.owner);
  out.varint(frame.depth);
  out.address(frame.code);
  out.zigzag(frame.lasti);
  out.varint(frame.line);
  out.u8(frame.flags);
}

}  // namespace

void write_record(ByteWriter& out, const Fact& fact) {
  out.string(fact.key);
  out.u8(static_cast<std::uint8_t>(
      std::holds_alternative<std::string>(fact.value)     ? FactTag::kString
      : std::holds_alternative<std::int64_t>(fact.value) ? FactTag::kSigned
                                                          : FactTag::kUnsigned));
  if (const auto* text = std::get_if<std::string>(&fact.value)) out.string(*text);
  if (const auto* number = std::get_if<std::int64_t>(&fact.value)) out.zigzag(*number);
  if (const auto* number = std::get_if<std::uint64_t>(&fact.value)) out.varint(*number);
}

void read_record(ByteReader& in, Fact& fact) {
  fact.key = in.string();
  switch (in.enumerator(FactTag::kSigned)) {
    case FactTag::kUnsigned:
      fact.value = in.varint();
      break;
    case FactTag::kString:
      fact.value = in.string();
      break;
    case FactTag::kSigned:
      fact.value = in.zigzag();
      break;
  }
}

void write_record(ByteWriter& out, const TypeRecord& type) {
  out.varint(type.id);
  out.address(type.address);
  out.address(type.metatype);
  out.address(type.base);
  out.varint(type.tp_flags);
  out.varint(type.basicsize);
  out.varint(type.itemsize);
  out.zigzag(type.dictoffset);
  out.zigzag(type.weaklistoffset);
  out.u8(static_cast<std::uint8_t>(type.layout));
  out.u8(static_cast<std::uint8_t>(type.sizing));
  out.string(type.module);
  out.string(type.qualname);
  out.varint(type.fields.size());
  for (const FieldRecord& field : type.fields) {
    out.varint(field.word);
    out.u8(field.flags);
    out.string(field.label);
  }
}

void read_record(ByteReader& in, TypeRecord& type) {
  type.id = in.small();
  type.address = in.address();
  type.metatype = in.address();
  type.base = in.address();
  type.tp_flags = in.varint();
  type.basicsize = in.varint();
  type.itemsize = in.varint();
  type.dictoffset = in.zigzag();
  type.weaklistoffset = in.zigzag();
  type.layout = in.enumerator(TypeLayout::kNone);
  type.sizing = in.enumerator(Sizing::kEstimated);
  type.module = in.string();
  type.qualname = in.string();
  type.fields.resize(in.count(kMinField));
  for (FieldRecord& field : type.fields) {
    field.word = in.small();
    field.flags = in.u8();
    field.label = in.string();
  }
  if (type.id == 0) in.fail();
}

void write_record(ByteWriter& out, const KeysRecord& keys) {
  out.varint(keys.id);
  out.address(keys.address);
  out.varint(keys.names.size());
  for (const Address name : keys.names) out.near(name);
}

void read_record(ByteReader& in, KeysRecord& keys) {
  keys.id = in.small();
  keys.address = in.address();
  keys.names.resize(in.count());
  for (Address& name : keys.names) name = in.near();
}

void write_record(ByteWriter& out, const TextRecord& text) {
  out.near(text.address);
  out.u8(static_cast<std::uint8_t>(text.value.layout));
  write_value(out, text.value);
}

void read_record(ByteReader& in, TextRecord& text) {
  text.address = in.near();
  const auto layout = in.enumerator(TypeLayout::kNone);
  text.value = interpret(read_raw_value(in), layout);
}

void write_record(ByteWriter& out, const StructureRecord& structure) {
  std::visit([&out](const auto& record) { write_structure(out, record); }, structure);
}

void read_record(ByteReader& in, StructureRecord& structure) {
  switch (static_cast<StructureKind>(in.u8())) {
    case StructureKind::kInterpreter:
      structure = InterpreterRecord{.address = in.address(), .id = in.zigzag()};
      return;
    case StructureKind::kThread:
      structure = ThreadRecord{.address = in.address(),
                               .interpreter = in.address(),
                               .ident = in.varint(),
                               .native_id = in.varint(),
                               .flags = in.u8()};
      return;
    case StructureKind::kFrame:
      structure = FrameRecord{.address = in.address(),
                              .owner = in.address(),
                              .depth = in.varint(),
                              .code = in.address(),
                              .lasti = in.zigzag(),
                              .line = in.varint(),
                              .flags = in.u8()};
      return;
  }
  in.fail();
}

void write_record(ByteWriter& out, const RootRecord& root) {
  out.u8(static_cast<std::uint8_t>(root.kind));
  out.address(root.target);
  out.string(root.label);
}

void read_record(ByteReader& in, RootRecord& root) {
  root.kind = in.enumerator(RootKind::kStaticType);
  root.target = in.address();
  root.label = in.string();
  if (root.kind == RootKind{}) in.fail();
}

void write_record(ByteWriter& out, const FaultRecord& fault) {
  out.address(fault.address);
  out.varint(fault.type);
  out.u8(static_cast<std::uint8_t>(fault.reason));
  out.string(fault.detail);
}

void read_record(ByteReader& in, FaultRecord& fault) {
  fault.address = in.address();
  fault.type = in.small();
  fault.reason = in.enumerator(FaultReason::kOutOfMemory);
  fault.detail = in.string();
  if (fault.reason == FaultReason{}) in.fail();
}

std::vector<MemoryRecord> pieces_of(const MemoryRecord& memory) {
  constexpr std::size_t kPiece = std::size_t{64} << 10;
  std::vector<MemoryRecord> pieces;
  for (std::size_t at = 0; at == 0 || at < memory.text.size(); at += kPiece) {
    pieces.push_back({memory.name, memory.text.substr(at, kPiece)});
  }
  return pieces;
}

void write_record(ByteWriter& out, const MemoryRecord& memory) {
  out.string(memory.name);
  out.string(memory.text);
}

void read_record(ByteReader& in, MemoryRecord& memory) {
  memory.name = in.string();
  memory.text = in.string();
}

void write_record(ByteWriter& out, const DistributionRecord& distribution) {
  out.string(distribution.top_level);
  out.string(distribution.name);
  out.string(distribution.version);
}

void read_record(ByteReader& in, DistributionRecord& distribution) {
  distribution.top_level = in.string();
  distribution.name = in.string();
  distribution.version = in.string();
}

void write_record(ByteWriter& out, const SiteRecord& site) {
  out.varint(site.id);
  out.varint(site.line);
  out.string(site.file);
}

void read_record(ByteReader& in, SiteRecord& site) {
  site.id = in.small();
  site.line = in.small();
  site.file = in.string();
  if (site.id == 0) in.fail();
}

void write_record(ByteWriter& out, const AllocationRecord& allocation) {
  out.near(allocation.address);
  out.varint(allocation.site);
}

void read_record(ByteReader& in, AllocationRecord& allocation) {
  allocation.address = in.near();
  allocation.site = in.small();
}

}  // namespace heapsnap
