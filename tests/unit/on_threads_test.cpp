#include "libsnapshot/on_threads.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <new>
#include <thread>

#include "libanalysis/parallel.h"

namespace heapsnap {
namespace {

TEST_CASE("work is done by no more threads than were asked for, and all of it") {
  for (const unsigned threads : {0u, 1u, 2u, 7u}) {
    std::atomic<int> calls = 0;
    on_threads(threads, [&] { ++calls; });
    CHECK(calls >= 1);
    CHECK(calls <= std::max(1, static_cast<int>(threads)));
  }
}

TEST_CASE("what a thread throws is thrown to the caller when none is at work any more") {
  std::atomic<int> entered = 0;
  std::atomic<int> left = 0;
  const auto work = [&] {
    if (entered++ == 0) throw std::bad_alloc();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ++left;
  };
  CHECK_THROWS_AS(on_threads(4, work), std::bad_alloc);
  CHECK(left == entered - 1);
}

TEST_CASE("a loop of which one iteration finds no memory throws to its caller") {
  std::atomic<int> done = 0;
  const auto body = [&](std::size_t i) {
    if (i == 50) throw std::bad_alloc();
    ++done;
  };
  CHECK_THROWS_AS(parallel_for(100, 3, body), std::bad_alloc);
  CHECK(done >= 50);
  CHECK(done < 100);
}

}  // namespace
}  // namespace heapsnap
