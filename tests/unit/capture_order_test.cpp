#include "apps/heapsnap/run/capture_order.h"

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace heapsnap {
namespace {

// In which order the captures of these times, which connect and are whole as they stand here,
// have their turn. All wait at once, the last one first.
std::vector<int> turns(const std::vector<int>& times, pid_t pid) {
  CaptureOrder order;
  std::vector<CaptureOrder::Place> places;
  for (std::size_t i = 0; i < times.size(); ++i) places.push_back(order.enter(100, pid));
  std::mutex mutex;
  std::vector<int> seen;
  std::vector<std::thread> threads;
  for (std::size_t i = times.size(); i-- > 0;) {
    threads.emplace_back([&, i] {
      order.began(places[i], pid, static_cast<std::uint64_t>(times[i]));
      order.wait(places[i]);
      {
        const std::lock_guard lock(mutex);
        seen.push_back(times[i]);
      }
      order.leave(places[i]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return seen;
}

TEST_CASE("captures of a process have their turn in the order in which they began") {
  for (int round = 0; round < 20; ++round) {
    CHECK(turns({3, 1, 2}, 7) == std::vector<int>{1, 2, 3});
    CHECK(turns({1, 2, 3, 4, 5, 6}, 7) == std::vector<int>{1, 2, 3, 4, 5, 6});
  }
}

TEST_CASE("captures of the same time do not wait for each other for ever") {
  CHECK(turns({5, 5, 5}, 7).size() == 3);
}

TEST_CASE("a capture waits for none that came later, failed, or is of another process") {
  CaptureOrder order;
  const auto first = order.enter(100, 7);
  const auto failed = order.enter(101, 7);
  const auto other = order.enter(102, 8);
  const auto later = order.enter(103, 7);
  order.began(first, 7, 20);
  order.leave(failed);
  order.began(other, 8, 10);
  order.began(later, 7, 30);
  order.wait(first);
  order.leave(first);
  order.wait(later);
  order.wait(other);
}

TEST_CASE("a capture waits for nobody who says nothing but is not of its process") {
  CaptureOrder order;
  order.enter(200, 1);  // never says what it is
  const auto capture = order.enter(100, 7);
  order.began(capture, 7, 20);
  order.wait(capture);
}

}  // namespace
}  // namespace heapsnap
