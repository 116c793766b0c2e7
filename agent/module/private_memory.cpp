#include "agent/module/private_memory.h"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "agent/module/system_calls.h"

// PyMemAllocatorEx, its domains and how they are set: public, but not in the stable ABI.
extern "C" {
struct HeapsnapAllocator {
  void* context;
  void* (*malloc)(void* context, std::size_t size);
  void* (*calloc)(void* context, std::size_t count, std::size_t size);
  void* (*realloc)(void* context, void* block, std::size_t size);
  void (*free)(void* context, void* block);
};
__attribute__((weak)) void PyMem_SetAllocator(int domain, HeapsnapAllocator* allocator);
}

namespace heapsnap {
namespace {

constexpr int kDomains = 3;  // PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ
constexpr std::size_t kRegion = std::size_t{64} << 20;
constexpr std::size_t kSmallest = 16;
constexpr unsigned kClasses = 20;  // of 16 bytes to 8 MiB

// Before each block; as large as a block must be aligned.
struct alignas(16) Head {
  unsigned size_class;
};

struct FreeBlock {
  FreeBlock* next;
};

std::uint8_t* region = nullptr;
std::uint8_t* unused = nullptr;  // from here on
FreeBlock* free_blocks[kClasses];

Head* head_of(void* block) { return static_cast<Head*>(block) - 1; }

bool is_ours(const void* block) {
  const auto* const byte = static_cast<const std::uint8_t*>(block);
  return byte >= region && byte < region + kRegion;
}

void* allocate(void*, std::size_t size) {
  unsigned size_class = 0;
  while (size_class < kClasses && (kSmallest << size_class) < size) ++size_class;
  if (size_class == kClasses) return nullptr;
  if (FreeBlock* const block = free_blocks[size_class]) {
    free_blocks[size_class] = block->next;
    return block;
  }
  const std::size_t whole = sizeof(Head) + (kSmallest << size_class);
  if (static_cast<std::size_t>(region + kRegion - unused) < whole) return nullptr;
  auto* const head = reinterpret_cast<Head*>(unused);
  unused += whole;
  head->size_class = size_class;
  return head + 1;
}

void* allocate_zeroed(void* context, std::size_t count, std::size_t size) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  void* const block = allocate(context, bytes);
  return block == nullptr ? nullptr : std::memset(block, 0, bytes);
}

void release(void*, void* block) {
  if (!is_ours(block)) return;
  FreeBlock*& first = free_blocks[head_of(block)->size_class];
  auto* const free_block = static_cast<FreeBlock*>(block);
  free_block->next = first;
  first = free_block;
}

// Of a block that is not ours nobody says how large it is.
void* resize(void* context, void* block, std::size_t size) {
  if (block == nullptr) return allocate(context, size);
  if (!is_ours(block)) return nullptr;
  const std::size_t room = kSmallest << head_of(block)->size_class;
  if (size <= room) return block;
  void* const larger = allocate(context, size);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, block, room);
  release(context, block);
  return larger;
}

}  // namespace

bool use_private_memory() {
  if (PyMem_SetAllocator == nullptr) return false;
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  const long address = system_call(SYS_mmap, 0, kRegion, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (address < 0) return false;
  region = unused = reinterpret_cast<std::uint8_t*>(address);
  HeapsnapAllocator ours = {nullptr, allocate, allocate_zeroed, resize, release};
  for (int domain = 0; domain < kDomains; ++domain) PyMem_SetAllocator(domain, &ours);
  return true;
}

}  // namespace heapsnap
