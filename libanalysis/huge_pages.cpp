#include "libanalysis/huge_pages.h"

#include <sys/mman.h>

#include <cstdint>
#include <mutex>
#include <new>
#include <vector>

namespace heapsnap {
namespace {

// Pages that nobody uses, each a mapping of kHugePage bytes.
class SparePages {
 public:
  // False: there is no room to remember it.
  bool add(char* page) {
    const std::lock_guard lock(mutex_);
    try {
      pages_.push_back(page);
    } catch (const std::bad_alloc&) {
      return false;
    }
    return true;
  }

  char* take() {
    const std::lock_guard lock(mutex_);
    if (pages_.empty()) return nullptr;
    char* const page = pages_.back();
    pages_.pop_back();
    return page;
  }

  bool give_back_all() {
    bool any = false;
    while (char* const page = take()) {
      munmap(page, kHugePage);
      any = true;
    }
    return any;
  }

 private:
  std::mutex mutex_;
  std::vector<char*> pages_;
};

SparePages& spare_pages() {
  static SparePages* const pages = new SparePages;  // arrays may live as long as the process
  return *pages;
}

char* map_fresh(std::size_t bytes) {
  void* const memory =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<char*>(memory);
}

// The kernel makes a huge page only where one can begin.
char* map_aligned(std::size_t bytes) {
  char* const memory = map_fresh(bytes + kHugePage);
  if (memory == nullptr) return nullptr;
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(memory) & (kHugePage - 1);
  if (before != 0) munmap(memory, before);
  munmap(memory + before + bytes, kHugePage - before);
  madvise(memory + before, bytes, MADV_HUGEPAGE);
  return memory + before;
}

}  // namespace

Mapped map_huge_pages(std::size_t bytes) {
  constexpr std::size_t kPage = 4096;
  bytes = (bytes + kPage - 1) & ~(kPage - 1);
  char* start = map_aligned(bytes);
  if (start == nullptr && spare_pages().give_back_all()) start = map_aligned(bytes);
  Mapped mapped{start};
  if (start == nullptr) return mapped;
  while (mapped.used + kHugePage <= bytes) {
    char* const page = spare_pages().take();
    if (page == nullptr) break;
    if (mremap(page, kHugePage, kHugePage, MREMAP_MAYMOVE | MREMAP_FIXED, start + mapped.used) ==
        MAP_FAILED) {
      munmap(page, kHugePage);  // too many mappings: fresh memory will do
      break;
    }
    mapped.used += kHugePage;
  }
  return mapped;
}

void unmap_huge_pages(void* start, std::size_t bytes) {
  constexpr std::size_t kPage = 4096;
  auto* at = static_cast<char*>(start);
  char* const end = at + ((bytes + kPage - 1) & ~(kPage - 1));
  for (; at + kHugePage <= end; at += kHugePage) {
    if (!spare_pages().add(at)) break;
  }
  if (at != end) munmap(at, static_cast<std::size_t>(end - at));
}

}  // namespace heapsnap
