// The records of records.h to and from the payload of their chunks, one pair of functions each.
//
// A read that fails leaves the reader failed and its result without meaning.
#pragma once

#include <variant>
#include <vector>

#include "libsnapshot/byte_reader.h"
#include "libsnapshot/byte_writer.h"
#include "libsnapshot/records.h"

namespace heapsnap {

using StructureRecord = std::variant<InterpreterRecord, ThreadRecord, FrameRecord>;

void write_record(ByteWriter& out, const Fact& fact);
void write_record(ByteWriter& out, const TypeRecord& type);
void write_record(ByteWriter& out, const KeysRecord& keys);
void write_record(ByteWriter& out, const TextRecord& text);
void write_record(ByteWriter& out, const StructureRecord& structure);
void write_record(ByteWriter& out, const RootRecord& root);
void write_record(ByteWriter& out, const FaultRecord& fault);
void write_record(ByteWriter& out, const MemoryRecord& memory);
void write_record(ByteWriter& out, const DistributionRecord& distribution);
void write_record(ByteWriter& out, const SiteRecord& site);
void write_record(ByteWriter& out, const AllocationRecord& allocation);

void read_record(ByteReader& in, Fact& fact);
void read_record(ByteReader& in, TypeRecord& type);
void read_record(ByteReader& in, KeysRecord& keys);
void read_record(ByteReader& in, TextRecord& text);
void read_record(ByteReader& in, StructureRecord& structure);
void read_record(ByteReader& in, RootRecord& root);
void read_record(ByteReader& in, FaultRecord& fault);
void read_record(ByteReader& in, MemoryRecord& memory);
void read_record(ByteReader& in, DistributionRecord& distribution);
void read_record(ByteReader& in, SiteRecord& site);
void read_record(ByteReader& in, AllocationRecord& allocation);

// A long text as several records of its name: each has to fit into a chunk.
std::vector<MemoryRecord> pieces_of(const MemoryRecord& memory);

// The chunk that holds such records, and what messages call one.
template <class Record>
struct RecordChunk;
template <>
struct RecordChunk<Fact> {
  static constexpr ChunkKind kKind = ChunkKind::kFacts;
  static constexpr const char* kName = "fact";
};
template <>
struct RecordChunk<TypeRecord> {
  static constexpr ChunkKind kKind = ChunkKind::kTypes;
  static constexpr const char* kName = "type record";
};
template <>
struct RecordChunk<KeysRecord> {
  static constexpr ChunkKind kKind = ChunkKind::kKeys;
  static constexpr const char* kName = "key table";
};
template <>
struct RecordChunk<TextRecord> {
  static constexpr ChunkKind kKind = ChunkKind::kTexts;
  static constexpr const char* kName = "text record";
};
template <>
struct RecordChunk<StructureRecord> {
  static constexpr ChunkKind kKind = ChunkKind::kStructures;
  static constexpr const char* kName = "structure record";
};
template <>
struct RecordChunk<RootRecord> {
  static constexpr ChunkKind kKind = ChunkKind::kRoots;
  static constexpr const char* kName = "root record";
};
template <>
struct RecordChunk<FaultRecord> {
  static constexpr ChunkKind kKind = ChunkKind::kFaults;
  static constexpr const char* kName = "fault record";
};
template <>
struct RecordChunk<MemoryRecord> {
  static constexpr ChunkKind kKind = ChunkKind::kMemory;
  static constexpr const char* kName = "memory record";
};
template <>
struct RecordChunk<DistributionRecord> {
  static constexpr ChunkKind kKind = ChunkKind::kDistributions;
  static constexpr const char* kName = "distribution record";
};
template <>
struct RecordChunk<SiteRecord> {
  static constexpr ChunkKind kKind = ChunkKind::kSites;
  static constexpr const char* kName = "site record";
};
template <>
struct RecordChunk<AllocationRecord> {
  static constexpr ChunkKind kKind = ChunkKind::kAllocations;
  static constexpr const char* kName = "allocation record";
};

}  // namespace heapsnap
