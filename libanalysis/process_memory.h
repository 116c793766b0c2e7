// What the system said of the process's memory when the snapshot was taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libanalysis/graph.h"

namespace heapsnap {

struct Mapping {
  Address begin = 0;
  Address end = 0;
  std::string permissions = {};  // rw-p
  std::string name = {};         // path, [heap], [stack], or empty
};

struct ProcessMemory {
  std::optional<std::uint64_t> size;  // bytes of address space
  std::optional<std::uint64_t> rss;
  std::optional<std::uint64_t> pss;
  std::optional<std::uint64_t> anonymous;
  std::optional<std::uint64_t> swap;
  std::vector<Mapping> mappings = {};
};

ProcessMemory process_memory(const Provenance& provenance);

}  // namespace heapsnap
