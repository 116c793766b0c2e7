// What the system said of the process's memory when the snapshot was taken, and what of it is
// explained by the objects.
//
// The system counts pages that are in memory, the snapshot counts bytes that objects own. An
// object counts where it begins; buffers that it owns may lie elsewhere. memory_parts() so never
// says what fills the anonymous memory: what objects do not explain of it is one part,
// "unexplained". It is below zero if objects own more than is in memory: pages that were swapped
// out, or that were never touched.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libanalysis/graph.h"

namespace heapsnap {

enum class MappingKind {
  kAnonymous,  // arenas, large blocks, stacks of threads but the main one
  kHeap,       // that of brk
  kFile,       // libraries, the program, shared memory
  kStack,      // of the main thread
  kOther,      // [vdso] and the like
};

struct Mapping {
  Address begin = 0;
  Address end = 0;
  std::string permissions = {};  // rw-p
  std::string name = {};         // path, [heap], [stack], or empty
  std::optional<std::uint64_t> rss = std::nullopt;  // bytes in memory, if the system said so
};

struct ProcessMemory {
  std::optional<std::uint64_t> size;  // bytes of address space
  std::optional<std::uint64_t> rss;
  std::optional<std::uint64_t> pss;
  std::optional<std::uint64_t> anonymous;
  std::optional<std::uint64_t> swap;
  std::vector<Mapping> mappings = {};  // in order of their addresses
};

ProcessMemory process_memory(const Provenance& provenance);

MappingKind mapping_kind(std::string_view name);  // of a mapping of that name

struct MemoryPart {
  enum class Kind {
    kObjects,      // shallow sizes of the objects that begin in such mappings
    kRest,         // what else is in memory of such mappings
    kUnexplained,  // what is in memory, but for all other parts
  } kind = Kind::kObjects;
  std::optional<MappingKind> mapping = std::nullopt;  // kObjects: nothing if in none that we know
  std::int64_t bytes = 0;
};

// Disjoint parts, in the order of their enumerators, that add up to `memory.rss`; if that is not
// known, those of objects alone. O(objects log mappings).
std::vector<MemoryPart> memory_parts(const Graph& graph, const ProcessMemory& memory);

}  // namespace heapsnap
