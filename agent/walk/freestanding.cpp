// The four functions that compilers call on their own. Hidden, so that within a program the
// walker's do not stand in for the C library's.
#include <cstddef>

#define HEAPSNAP_OWN extern "C" __attribute__((visibility("hidden"), used))

HEAPSNAP_OWN void* memcpy(void* __restrict to, const void* __restrict from, std::size_t size) {
  void* const result = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
  return result;
}

HEAPSNAP_OWN void* memset(void* to, int value, std::size_t size) {
  void* const result = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(value) : "memory");
  return result;
}

HEAPSNAP_OWN void* memmove(void* to, const void* from, std::size_t size) {
  auto* out = static_cast<volatile unsigned char*>(to);
  auto* in = static_cast<const volatile unsigned char*>(from);
  if (out < in) {
    for (std::size_t i = 0; i < size; ++i) out[i] = in[i];
  } else {
    for (std::size_t i = size; i > 0; --i) out[i - 1] = in[i - 1];
  }
  return to;
}

HEAPSNAP_OWN int memcmp(const void* a, const void* b, std::size_t size) {
  auto* left = static_cast<const volatile unsigned char*>(a);
  auto* right = static_cast<const volatile unsigned char*>(b);
  for (std::size_t i = 0; i < size; ++i) {
    if (left[i] != right[i]) return left[i] - right[i];
  }
  return 0;
}
