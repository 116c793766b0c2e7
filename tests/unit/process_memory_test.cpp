#include "libanalysis/process_memory.h"

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "libanalysis/graph_builder.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

TEST_CASE("process memory is read from what /proc said") {
  Provenance provenance;
  provenance.memory["smaps_rollup"] =
      "00400000-7fff0000 ---p 00000000 00:00 0  [rollup]\nRss:   1234 kB\nPss:    1000 kB\n"
      "Anonymous:  900 kB\nSwap:  0 kB\n";
  provenance.memory["status"] = "Name:\tpython\nVmSize:\t    5000 kB\nVmRSS:\t 1 kB\n";
  provenance.memory["maps"] =
      "7f00-8000 rw-p 00000000 00:00 0                          [heap]\nnonsense\n"
      "9000-a000 r-xp 00001000 08:01 42   /usr/lib/a b.so\nb000-c000 rw-p 00000000 00:00 0 \n";
  const ProcessMemory memory = process_memory(provenance);
  CHECK(memory.rss == 1234u * 1024);
  CHECK(memory.pss == 1000u * 1024);
  CHECK(memory.size == 5000u * 1024);
  CHECK(memory.anonymous == 900u * 1024);
  CHECK(memory.swap == 0u);
  REQUIRE(memory.mappings.size() == 3);
  CHECK(memory.mappings[0].name == "[heap]");
  CHECK(memory.mappings[1].name == "/usr/lib/a b.so");
  CHECK(memory.mappings[1].permissions == "r-xp");
  CHECK(memory.mappings[1].begin == 0x9000);
  CHECK(memory.mappings[2].name.empty());
  CHECK_FALSE(process_memory(Provenance{}).rss.has_value());
  provenance.memory.erase("smaps_rollup");
  CHECK(process_memory(provenance).rss == 1024u);
}

using Kind = MemoryPart::Kind;

// Objects of so many bytes at so many addresses.
Graph objects_at(const std::vector<std::pair<Address, std::uint64_t>>& objects) {
  SnapshotBuilder out;
  const auto list = out.type("list", TypeLayout::kList);
  for (const auto& [address, size] : objects) {
    out.node({.address = address, .type = list, .size = size});
  }
  SnapshotReader reader = out.open();
  Result<Graph> graph = build_graph(reader);
  REQUIRE(graph.has_value());
  return std::move(*graph);
}

std::string smaps_line(Address begin, Address end, const std::string& name, int kilobytes) {
  return fmt::format("{:x}-{:x} rw-p 00000000 00:00 0    {}\nSize: 9 kB\nRss:  {} kB\n"
                     "FilePmdMapped: 0 kB\nAnonymous: 1 kB\nVmFlags: rd wr\n",
                     begin, end, name, kilobytes);
}

std::optional<std::int64_t> bytes_of(const std::vector<MemoryPart>& parts, Kind kind,
                                     std::optional<MappingKind> mapping = {}) {
  for (const MemoryPart& part : parts) {
    if (part.kind == kind && part.mapping == mapping) return part.bytes;
  }
  return std::nullopt;
}

std::int64_t sum_of(const std::vector<MemoryPart>& parts) {
  std::int64_t sum = 0;
  for (const MemoryPart& part : parts) sum += part.bytes;
  return sum;
}

ProcessMemory five_mappings(std::uint64_t rss) {
  Provenance provenance;
  provenance.memory["smaps_rollup"] = fmt::format("Rss: {} kB\n", rss);
  provenance.memory["smaps"] =
      smaps_line(0x10000, 0x20000, "/usr/bin/python3", 20) +
      smaps_line(0x20000, 0x30000, "[heap]", 16) + smaps_line(0x40000, 0x50000, "", 64) +
      smaps_line(0x50000, 0x60000, "[stack]", 8) + smaps_line(0x60000, 0x61000, "[vdso]", 4);
  return process_memory(provenance);
}

TEST_CASE("each mapping has its resident bytes where the system tells them") {
  const ProcessMemory memory = five_mappings(112);
  REQUIRE(memory.mappings.size() == 5);
  CHECK(memory.mappings[0].rss == 20u * 1024);
  CHECK(memory.mappings[4].name == "[vdso]");
  CHECK(memory.mappings[4].rss == 4u * 1024);
}

TEST_CASE("mappings are of the kind that their name tells") {
  CHECK(mapping_kind("") == MappingKind::kAnonymous);
  CHECK(mapping_kind("[anon:cpython:pymalloc]") == MappingKind::kAnonymous);
  CHECK(mapping_kind("[heap]") == MappingKind::kHeap);
  CHECK(mapping_kind("/usr/lib/[x].so") == MappingKind::kFile);
  CHECK(mapping_kind("[stack]") == MappingKind::kStack);
  CHECK(mapping_kind("[vvar]") == MappingKind::kOther);
}

TEST_CASE("parts of resident memory add up, and objects count where they begin") {
  const Graph graph = objects_at({{0x10010, 100},    // static
                                  {0x1fff0, 1000},   // begins at the end of a mapping
                                  {0x20000, 3000},   // at the very start of one
                                  {0x40010, 40000},
                                  {0x3fff0, 7}});    // between mappings
  const auto parts = memory_parts(graph, five_mappings(200));
  CHECK(bytes_of(parts, Kind::kObjects, MappingKind::kFile) == 1100);
  CHECK(bytes_of(parts, Kind::kObjects, MappingKind::kHeap) == 3000);
  CHECK(bytes_of(parts, Kind::kObjects, MappingKind::kAnonymous) == 40000);
  CHECK(bytes_of(parts, Kind::kObjects) == 7);
  CHECK(bytes_of(parts, Kind::kRest, MappingKind::kFile) == 20 * 1024 - 1100);
  CHECK(bytes_of(parts, Kind::kRest, MappingKind::kStack) == 8 * 1024);
  CHECK(bytes_of(parts, Kind::kRest, MappingKind::kOther) == 4 * 1024);
  CHECK_FALSE(bytes_of(parts, Kind::kRest, MappingKind::kAnonymous));
  CHECK(bytes_of(parts, Kind::kUnexplained) == (200 - 32) * 1024 - 3000 - 40000 - 7);
  CHECK(sum_of(parts) == 200 * 1024);
}

TEST_CASE("objects that own more than is in memory leave less than nothing unexplained") {
  const auto parts = memory_parts(objects_at({{0x40010, 1 << 20}}), five_mappings(112));
  CHECK(bytes_of(parts, Kind::kUnexplained) == (112 - 32) * 1024 - (1 << 20));
  CHECK(sum_of(parts) == 112 * 1024);
}

TEST_CASE("what the system did not say is in no part") {
  const Graph graph = objects_at({{0x40010, 100}});
  ProcessMemory memory = five_mappings(112);
  for (Mapping& mapping : memory.mappings) mapping.rss.reset();
  CHECK(memory_parts(graph, memory).size() == 2);
  CHECK(sum_of(memory_parts(graph, memory)) == 112 * 1024);
  memory.rss.reset();
  CHECK(memory_parts(graph, memory).size() == 1);
  const auto parts = memory_parts(graph, ProcessMemory{});
  REQUIRE(parts.size() == 1);
  CHECK(bytes_of(parts, Kind::kObjects) == 100);
}

}  // namespace
}  // namespace heapsnap
