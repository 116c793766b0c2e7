// walk_with() is a walk over memory of any policy (memory_direct.h has the interface): what walk()
// does in the process itself, and walk_image() over a copy of a process's memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/allocation_sites.h"
#include "agent/walk/arena.h"
#include "agent/walk/chunk_output.h"
#include "agent/walk/emitter.h"
#include "agent/walk/heap_walk.h"
#include "agent/walk/process_files.h"
#include "agent/walk/syscall.h"
#include "agent/walk/walk.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

namespace detail {

inline void write_head(ChunkOutput& output, const WalkOptions& options, Arena& arena) {
  std::uint8_t header[kFileHeaderSize];
  put_file_header(header);
  output.write(header, sizeof header);
  const std::size_t size = options.facts_size < kMaxChunk ? options.facts_size : kMaxChunk;
  auto* const chunk = arena.make_array<std::uint8_t>(kChunkHeaderSize + size + 32);
  if (chunk == nullptr) return;
  std::uint8_t* end = put_bytes(chunk + kChunkHeaderSize, options.facts, size);
  if (size == 0) {
    end = put_string(end, "hexversion", 10);
    end = put_u8(end, static_cast<std::uint8_t>(FactTag::kUnsigned));
    end = put_varint(end, options.target.hexversion);
  }
  const auto payload = static_cast<std::size_t>(end - chunk) - kChunkHeaderSize;
  output.write_chunk(chunk, ChunkKind::kFacts, payload);
}

inline void write_end(Emitter& emitter, const char* reason, std::uint64_t nanoseconds) {
  emitter.fact("objects", emitter.totals.objects);
  emitter.fact("edges", emitter.totals.edges);
  emitter.fact("types", emitter.totals.types);
  emitter.fact("faults", emitter.totals.faults);
  emitter.fact("walk_ns", nanoseconds);
  emitter.fact("complete", reason == nullptr ? 1 : 0);
  if (reason != nullptr) emitter.fact("incomplete_reason", reason);
  emitter.facts.flush();
}

inline void fill(WalkReport& report, const Emitter& emitter, const ChunkOutput& output) {
  report.objects = emitter.totals.objects;
  report.edges = emitter.totals.edges;
  report.types = emitter.totals.types;
  report.faults = emitter.totals.faults;
  report.bytes = output.bytes();
  report.error = output.error();
}

// Errors in `report`; whether there is something to write.
template <class Memory>
bool find_heap(HeapWalk<Memory>& heap, const WalkOptions& options, WalkReport& report) {
  constexpr int kNoSpace = 28;  // ENOSPC
  if (const char* const wrong = heap.find()) {
    report.reason = wrong;
    if (heap.lists_missing()) report.status = WalkStatus::kLists;
    return false;
  }
  if (!heap.mark()) {
    report.status = WalkStatus::kRoom;
    report.error = kNoSpace;
    report.reason = "there is not enough room for so many objects";
    return false;
  }
  if (heap.tracked() < options.least_tracked) {
    report.status = WalkStatus::kLists;
    report.reason = "the collector's lists are all but empty";
    return false;
  }
  return true;
}

}  // namespace detail

template <class Memory>
void walk_with(const WalkOptions& options, const Layout& layout, Recovery& recovery,
               WalkReport& report, const Memory& memory = {}) {
  constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 40;
  const std::uint64_t start = sys::monotonic_ns();
  const std::uint64_t limit = options.budget_memory != 0 ? options.budget_memory : kMostMemory;
  Arena arena(options.arena, options.arena_size, limit);
  ChunkOutput output(options.output, recovery, options.send);
  Emitter emitter(arena, output);
  Walk<Memory> walk(options, recovery, layout, emitter, memory);
  if constexpr (!Memory::kCanCall) emitter.limit(Memory::holds, &walk.memory);
  HeapWalk<Memory> heap(walk);
  if (arena.failed()) {
    report.status = WalkStatus::kMemory;
    report.reason = "no memory for the walk's own tables";
    return;
  }
  if (!detail::find_heap(heap, options, report)) return;
  detail::write_head(output, options, arena);
  const bool complete = heap.run();
  write_process_files(emitter, options.process);
  emitter.flush();
  report.nanoseconds = sys::monotonic_ns() - start;
  if (complete && output.error() == 0) AllocationSites<Memory>(walk, output).write();
  detail::write_end(emitter, heap.reason(), report.nanoseconds);
  detail::fill(report, emitter, output);
  report.reason = heap.reason();
  report.status = complete ? WalkStatus::kComplete : WalkStatus::kIncomplete;
  if (arena.failed()) report.status = WalkStatus::kMemory;
  if (output.error() != 0) {
    report.status = WalkStatus::kOutput;
    report.reason = "writing the stream failed";
  }
}

}  // namespace heapsnap
