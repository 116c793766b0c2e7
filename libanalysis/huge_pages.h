// Memory for large arrays, in huge pages where the system has them, which are used again.
//
// The kernel clears a page when it is first touched. That is a tenth of a second a gigabyte where
// memory is at hand, and one or two in a virtual machine that gave its free memory back to its
// host: as long as all that a graph's arrays are filled with. So pages that an array gave back are
// not returned but become part of the next one, wherever that is: mremap moves page tables, not
// bytes. What is kept is never more than what was in use at once; it ends with the process.
#pragma once

#include <cstddef>

namespace heapsnap {

inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

struct Mapped {
  void* start = nullptr;  // a multiple of kHugePage; nullptr: there is no memory
  std::size_t used = 0;   // bytes from the start on that were used before; zeros follow
};

// At any time from any thread.
Mapped map_huge_pages(std::size_t bytes);
void unmap_huge_pages(void* start, std::size_t bytes);

}  // namespace heapsnap
