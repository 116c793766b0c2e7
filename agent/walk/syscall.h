// Raw system calls for code that runs without a C library (Linux, x86-64).
//
// A failed call returns -errno, as the kernel has it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapsnap::sys {

enum CallNumber : long {
  kRead = 0,
  kWrite = 1,
  kClose = 3,
  kPoll = 7,
  kMmap = 9,
  kMunmap = 11,
  kMincore = 27,
  kGetpid = 39,
  kClockGettime = 228,
  kOpenat = 257,
  kProcessVmReadv = 310,
};

inline constexpr long kEperm = 1;
inline constexpr long kEintr = 4;
inline constexpr long kEagain = 11;
inline constexpr long kEnosys = 38;

inline long call(long number, std::uint64_t a = 0, std::uint64_t b = 0, std::uint64_t c = 0,
                 std::uint64_t d = 0, std::uint64_t e = 0, std::uint64_t f = 0) {
  long result;
  register std::uint64_t r10 __asm__("r10") = d;
  register std::uint64_t r8 __asm__("r8") = e;
  register std::uint64_t r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

inline std::uint64_t word_of(const void* pointer) {
  return reinterpret_cast<std::uint64_t>(pointer);
}

inline bool failed(long result) { return result < 0 && result >= -4095; }

// Private, zeroed, readable and writable memory; nullptr if there is none.
inline void* map(std::size_t size) {
  constexpr std::uint64_t kReadWrite = 3, kPrivateAnonymous = 0x22, kNoFile = ~std::uint64_t{0};
  const long result = call(kMmap, 0, size, kReadWrite, kPrivateAnonymous, kNoFile, 0);
  return failed(result) ? nullptr : reinterpret_cast<void*>(result);
}

inline void unmap(void* start, std::size_t size) { call(kMunmap, word_of(start), size); }

inline std::uint64_t monotonic_ns() {
  std::int64_t time[2] = {};
  call(kClockGettime, 1, word_of(time));
  return static_cast<std::uint64_t>(time[0]) * 1'000'000'000 + static_cast<std::uint64_t>(time[1]);
}

// Waits until the file descriptor can be written to, or a second has passed.
inline void wait_writable(int file) {
  struct {
    int file;
    short events, happened;
  } poll = {file, 4, 0};
  call(kPoll, word_of(&poll), 1, 1000);
}

}  // namespace heapsnap::sys
