#include "libanalysis/array.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include "libanalysis/huge_pages.h"

namespace heapsnap {
namespace {

bool is_mapped(std::size_t bytes) { return bytes >= kHugePage / 2; }

// At least a huge page, or it would be none.
std::size_t mapped_size(std::size_t bytes) { return std::max(bytes, kHugePage); }

void* no_less_than_memory(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// No memory is what it is for every container: std::bad_alloc, which main says in one line.
void* allocate_array(std::size_t bytes, Filled filled) {
  if (!is_mapped(bytes)) return no_less_than_memory(std::calloc(bytes, 1));
  const Mapped mapped = map_huge_pages(mapped_size(bytes));
  no_less_than_memory(mapped.start);
  if (filled == Filled::kZeros) std::memset(mapped.start, 0, mapped.used);
  return mapped.start;
}

void release_array(void* memory, std::size_t bytes) {
  if (is_mapped(bytes)) {
    unmap_huge_pages(memory, mapped_size(bytes));
  } else {
    std::free(memory);
  }
}

}  // namespace heapsnap
