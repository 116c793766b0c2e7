// Runs a loop on several threads.
//
// Phases take milliseconds and starting a thread 40 microseconds, so that there is no pool. Which
// thread does what is left to chance: iterations must not depend on each other.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>

#include "libsnapshot/on_threads.h"

namespace heapsnap {

// The number of threads that is meant by `requested`: 0 is as many as the machine has.
inline unsigned thread_count(unsigned requested) {
  return requested != 0 ? requested : std::max(1u, std::thread::hardware_concurrency());
}

// Calls body(i) for each i below count.
template <class Body>
void parallel_for(std::size_t count, unsigned threads, const Body& body) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) body(i);
  };
  on_threads(std::min<std::size_t>(threads, count), work);
}

// Calls body(begin, end) for consecutive blocks of the range up to count.
template <class Body>
void parallel_blocks(std::size_t count, unsigned threads, const Body& body) {
  constexpr std::size_t kBlock = std::size_t{1} << 16;
  parallel_for((count + kBlock - 1) / kBlock, threads, [&](std::size_t block) {
    body(block * kBlock, std::min(count, (block + 1) * kBlock));
  });
}

}  // namespace heapsnap
