// The bytes of a core file, written for tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libsnapshot/format.h"

namespace heapsnap {

struct CoreSegment {
  Address start = 0;
  std::vector<std::uint8_t> bytes = {};  // that are in the core
  std::uint64_t size = 0;                // in memory; 0: as many
  bool writable = true;
  std::string path = {};                 // of the file that it was mapped from
  std::uint64_t offset = 0;              // there, a multiple of 4096
  bool noted_only = false;               // as gdb leaves out what it takes to be in the file
};

std::vector<std::uint8_t> core_bytes(const std::vector<CoreSegment>& segments, int pid,
                                     const std::string& arguments);

}  // namespace heapsnap
