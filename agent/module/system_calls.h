// System calls with arguments of any type, without the C library: no errno, no locks.
//
// The copy of the process that a capture runs in has one thread, while the C library's locks may
// have been held by others. Results are those of the kernel: -errno if it failed.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>

#include <atomic>
#include <cstdint>

#include "agent/walk/syscall.h"

namespace heapsnap {

template <class T>
inline std::uint64_t word_of(T value) {
  return static_cast<std::uint64_t>(value);
}
template <class T>
inline std::uint64_t word_of(T* pointer) {
  return reinterpret_cast<std::uint64_t>(pointer);
}

template <class... Arguments>
inline long system_call(long number, Arguments... arguments) {
  return sys::call(number, word_of(arguments)...);
}

inline constexpr std::uint64_t kSecond = 1'000'000'000;
inline constexpr std::uint64_t kMillisecond = 1'000'000;

inline std::uint64_t clock_ns(clockid_t clock) {
  timespec time = {};
  system_call(SYS_clock_gettime, clock, &time);
  const auto seconds = static_cast<std::uint64_t>(time.tv_sec);
  return seconds * kSecond + static_cast<std::uint64_t>(time.tv_nsec);
}

// Returns when `word` is no longer `value`, woken by wake(), or after the time. The word may lie
// in memory shared with another process.
inline void wait_while(const std::atomic<std::uint32_t>& word, std::uint32_t value,
                       std::uint64_t nanoseconds) {
  const timespec time = {static_cast<time_t>(nanoseconds / kSecond),
                         static_cast<long>(nanoseconds % kSecond)};
  system_call(SYS_futex, &word, FUTEX_WAIT, value, &time);
}

inline void wake(const std::atomic<std::uint32_t>& word) {
  system_call(SYS_futex, &word, FUTEX_WAKE, 0x7FFFFFFF);
}

}  // namespace heapsnap
