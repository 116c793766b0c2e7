#include "libanalysis/huge_pages.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include "libanalysis/array.h"

namespace heapsnap {
namespace {

bool is_zero(const char* begin, const char* end) {
  return std::all_of(begin, end, [](char byte) { return byte == 0; });
}

TEST_CASE("large memory begins at a huge page, and what was not used before is zero") {
  for (const std::size_t bytes : {std::size_t{1} << 20, kHugePage, 3 * kHugePage + 5}) {
    const Mapped mapped = map_huge_pages(bytes);
    REQUIRE(mapped.start != nullptr);
    CHECK(reinterpret_cast<std::uintptr_t>(mapped.start) % kHugePage == 0);
    CHECK(mapped.used <= bytes);
    char* const start = static_cast<char*>(mapped.start);
    CHECK(is_zero(start + mapped.used, start + bytes));
    std::memset(start, 1, bytes);
    unmap_huge_pages(mapped.start, bytes);
  }
}

TEST_CASE("pages that were given back are used again, whole ones only") {
  const std::size_t bytes = 5 * kHugePage + 100;
  const Mapped first = map_huge_pages(bytes);
  std::memset(first.start, 1, bytes);
  unmap_huge_pages(first.start, bytes);
  const Mapped few = map_huge_pages(2 * kHugePage + 1), rest = map_huge_pages(3 * kHugePage);
  CHECK(few.used == 2 * kHugePage);
  CHECK(rest.used == 3 * kHugePage);
  unmap_huge_pages(few.start, 2 * kHugePage + 1);
  unmap_huge_pages(rest.start, 3 * kHugePage);
}

TEST_CASE("an array is zeros whatever was in its memory before") {
  constexpr std::size_t kSize = std::size_t{1} << 20;
  for (int round = 0; round < 3; ++round) {
    Array<std::uint64_t> numbers(kSize);
    CHECK(std::all_of(numbers.begin(), numbers.end(), [](std::uint64_t n) { return n == 0; }));
    std::fill(numbers.begin(), numbers.end(), ~std::uint64_t{0});
  }
}

TEST_CASE("threads get memory that is theirs alone") {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (int own = 0; own < 4; ++own) {
    threads.emplace_back([own, &wrong] {
      for (std::size_t round = 1; round <= 40; ++round) {
        Array<std::uint64_t> numbers((round % 7 + 1) << 18, Filled::kAnything);
        std::fill(numbers.begin(), numbers.end(), own);
        std::this_thread::yield();
        wrong[own] += !std::all_of(numbers.begin(), numbers.end(),
                                   [own](std::uint64_t n) { return n == std::uint64_t(own); });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>{0, 0, 0, 0});
}

}  // namespace
}  // namespace heapsnap
