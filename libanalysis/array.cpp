#include "libanalysis/array.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace heapsnap {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

bool is_mapped(std::size_t bytes) { return bytes >= kHugePage / 2; }

// At least a huge page, or it would be none.
std::size_t mapped_size(std::size_t bytes) { return std::max(bytes, kHugePage); }

}  // namespace

// No memory is what it is for every container: std::bad_alloc, which main says in one line.
void* allocate_zeroed(std::size_t bytes) {
  if (!is_mapped(bytes)) {
    void* const memory = std::calloc(bytes, 1);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
  }
  void* const memory =
      mmap(nullptr, mapped_size(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  madvise(memory, mapped_size(bytes), MADV_HUGEPAGE);
  return memory;
}

void release_zeroed(void* memory, std::size_t bytes) {
  if (is_mapped(bytes)) {
    munmap(memory, mapped_size(bytes));
  } else {
    std::free(memory);
  }
}

}  // namespace heapsnap
