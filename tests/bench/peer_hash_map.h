// The addresses of a snapshot as ids, by AddressMap and by std::unordered_map: every node is put
// in, in the order of the file, and every reference is looked up, on one thread.
#pragma once

#include <cstdint>

#include "libsnapshot/result.h"

namespace heapsnap {

struct ResolveTimes {
  double build = 0, look_up = 0;            // seconds, ours
  double peer_build = 0, peer_look_up = 0;  // and of std::unordered_map, with its room reserved
  std::uint64_t references = 0;
  std::uint64_t differences = 0;  // references to which they give another id
};

[[nodiscard]] Result<ResolveTimes> time_resolving(const char* path);

}  // namespace heapsnap
