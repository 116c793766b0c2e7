#include "agent/walk/queue.h"

#include <deque>
#include <random>

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

TEST_CASE("a queue yields what was pushed, first in, first out") {
  Arena arena(nullptr, 0);
  Queue queue(arena);
  std::deque<Address> expected;
  std::mt19937 random(3);
  for (Address next = 1; next < 20000;) {
    const bool push = expected.empty() || random() % 3 != 0;
    if (push) {
      REQUIRE(queue.push(next));
      expected.push_back(next++);
    } else {
      REQUIRE(queue.pop() == expected.front());
      expected.pop_front();
    }
    REQUIRE(queue.size() == expected.size());
  }
  for (const Address address : expected) REQUIRE(queue.pop() == address);
}

TEST_CASE("a queue that is emptied again and again needs no more memory") {
  Arena arena(nullptr, 0);
  Queue queue(arena);
  bool kept = true;
  for (int round = 0; round < 1000; ++round) {
    for (Address i = 0; i < 3000; ++i) kept &= queue.push(i);
    for (Address i = 0; i < 3000; ++i) kept &= queue.pop() == i;
  }
  CHECK(kept);
  CHECK(arena.mapped() == std::size_t{4} << 20);
}

TEST_CASE("a queue without memory refuses") {
  Arena arena(nullptr, 0, 0);
  Queue queue(arena);
  CHECK_FALSE(queue.push(1));
  CHECK(queue.size() == 0);
}

}  // namespace
}  // namespace heapsnap
