// Constants of the snapshot format, shared by everything that writes or reads it.
//
// The specification is docs/format.md. This header is also compiled into the agent, which
// runs without a C library: it holds plain constants and enumerations and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapsnap {

using Address = std::uint64_t;  // in the target's memory; 0 is "none"

inline constexpr std::uint8_t kMagic[8] = {0x89, 'H', 'S', 'N', 'A', 'P', '\r', '\n'};
inline constexpr std::uint16_t kMajorVersion = 1;
inline constexpr std::uint16_t kMinorVersion = 0;
inline constexpr std::size_t kFileHeaderSize = 16;
inline constexpr std::size_t kChunkHeaderSize = 16;
inline constexpr std::size_t kMaxChunk = std::size_t{1} << 20;
inline constexpr std::size_t kMaxVarint = 10;

enum class ChunkKind : std::uint8_t {
  kFacts = 1,
  kTypes = 2,
  kKeys = 3,
  kNodes = 4,
  kTexts = 5,
  kStructures = 6,
  kRoots = 7,
  kFaults = 8,
  kMemory = 9,
  kEnd = 10,
  kDistributions = 11,
  kAllocations = 12,
  kSites = 13,
};

enum class Codec : std::uint8_t { kNone = 0, kZstd = 1 };

enum class FactTag : std::uint8_t { kUnsigned = 0, kString = 1, kSigned = 2 };

// How instances of a type are read; subclasses have their base's.
enum class TypeLayout : std::uint8_t {
  kOther = 0,
  kDict = 1,
  kList = 2,
  kTuple = 3,
  kSet = 4,
  kStr = 5,
  kBytes = 6,
  kInt = 7,
  kType = 8,
  kCode = 9,
  kFrame = 10,
  kGenerator = 11,
  kModule = 12,
  kFunction = 13,
  kCell = 14,
  kWeakref = 15,
  kStructure = 16,
  kFloat = 17,
  kBool = 18,
  kNone = 19,
};

enum class Sizing : std::uint8_t { kExact = 0, kOverridden = 1, kEstimated = 2 };

// Type ids of what is no Python object; real types follow.
inline constexpr std::uint32_t kInterpreterType = 1;
inline constexpr std::uint32_t kThreadType = 2;
inline constexpr std::uint32_t kFrameType = 3;
inline constexpr std::uint32_t kFirstType = 4;

inline constexpr std::uint8_t kFieldWeak = 1;

enum NodeFlag : std::uint32_t {
  kTracked = 1,
  kFrozen = 2,
  kTypeEdge = 4,
  kContinuation = 8,
  kUnread = 16,
};

enum class Part : std::uint8_t {
  kWords = 0,
  kWeak = 1,
  kItems = 2,
  kMap = 3,
  kValues = 4,
  kSet = 5,
  kLocals = 6,
  kStack = 7,
  kMaybe = 8,
  kNames = 9,
  kLoose = 10,
  kValue = 11,
  kExternal = 12,
  kFrames = 13,
  kMembers = 14,
};
inline constexpr std::size_t kPartCount = 15;

constexpr std::uint32_t bit(Part part) { return std::uint32_t{1} << static_cast<unsigned>(part); }

// Parts whose count is written in the record; words and weak have theirs in the form.
inline constexpr std::uint32_t kCountedParts =
    bit(Part::kItems) | bit(Part::kMap) | bit(Part::kValues) | bit(Part::kSet) |
    bit(Part::kLocals) | bit(Part::kStack) | bit(Part::kMaybe) | bit(Part::kNames) |
    bit(Part::kLoose) | bit(Part::kFrames) | bit(Part::kMembers);

// Parts whose count is in pairs of edges.
inline constexpr std::uint32_t kPairedParts = bit(Part::kMap) | bit(Part::kMembers);

inline constexpr std::size_t kMaxRecordEdges = 8192;  // more: continuation records
inline constexpr std::size_t kSlotOffsets = 16;       // more: the form is not remembered
inline constexpr std::size_t kCodecSlots = 4096;      // of both `last` and `hot`

constexpr std::size_t hot_slot(Address address) {
  return static_cast<std::size_t>(((address >> 3) * 0x9E3779B97F4A7C15u) >> 52);
}

// How the text of a str or bytes is written in its value: its length, always, and what else.
enum class TextForm : std::uint8_t { kLength = 0, kHash = 1, kText = 2 };

enum class StructureKind : std::uint8_t { kInterpreter = 1, kThread = 2, kFrame = 3 };
inline constexpr std::uint8_t kThreadIsCapturing = 1;
inline constexpr std::uint8_t kFrameStackKnown = 1;
inline constexpr std::uint8_t kFrameHasObject = 2;

enum class RootKind : std::uint8_t {
  kThread = 1,
  kInterpreter = 2,
  kStaticType = 3,
  // Derived by the analysis, never in a file:
  kImmortal = 4,
  kHeldByC = 5,
  kUnreachable = 6,
};

enum class FaultReason : std::uint8_t {
  kMemoryFault = 1,
  kNoProgress = 2,
  kInvalidPointer = 3,
  kBoundExceeded = 4,
  kOutOfMemory = 5,
};

}  // namespace heapsnap
