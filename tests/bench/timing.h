// How the benchmarks measure: the smallest of some repetitions, by the clock.
#pragma once

#include <algorithm>
#include <chrono>

namespace heapsnap {

template <class Work>
double seconds(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

template <class Work>
double smallest(const Work& work, int repetitions = 5) {
  double best = 1e300;
  for (int i = 0; i < repetitions; ++i) best = std::min(best, seconds(work));
  return best;
}

}  // namespace heapsnap
