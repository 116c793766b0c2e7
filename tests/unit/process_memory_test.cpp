#include "libanalysis/process_memory.h"

#include <catch2/catch.hpp>

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

}  // namespace
}  // namespace heapsnap
