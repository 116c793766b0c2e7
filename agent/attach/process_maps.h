// What a process has mapped: /proc/PID/maps as values, in the order of addresses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsnapshot/format.h"

namespace heapsnap {

struct MappedRange {
  Address start = 0, end = 0;
  std::uint64_t offset = 0;  // in the file
  bool readable = false, writable = false, executable = false;
  bool shared = false;       // with other processes: what is written there is not this one's alone
  std::string path = {};  // as the kernel writes it; "[stack]" and the like; empty: no file

  bool holds(Address address) const { return address >= start && address < end; }
  bool is_file() const { return path.starts_with('/'); }
};

// Lines that are none are left out.
std::vector<MappedRange> parse_maps(std::string_view text);

// The last part of a path, without the " (deleted)" of a file that is gone.
std::string_view file_name(std::string_view path);

}  // namespace heapsnap
