// Direct reads the memory of the process that the walker runs in.
//
// This is the interface of a memory policy; another one reads another process. Reads of what is
// not mapped raise SIGSEGV, which the host turns into recover(); probe() alone does not fault,
// and costs a system call.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/syscall.h"
#include "libsnapshot/format.h"

namespace heapsnap {

class Direct {
 public:
  static constexpr bool kCanCall = true;  // functions of the target can be called

  template <class T>
  static T read(Address address) {
    T value;
    __builtin_memcpy(&value, reinterpret_cast<const void*>(address), sizeof value);
    return value;
  }
  static std::uint64_t word(Address address) { return read<std::uint64_t>(address); }
  static std::int64_t number(Address address) { return read<std::int64_t>(address); }
  static std::uint32_t u32(Address address) { return read<std::uint32_t>(address); }
  static std::uint8_t u8(Address address) { return read<std::uint8_t>(address); }

  // `size` bytes, valid until the next call.
  static const std::uint8_t* bytes(Address address, std::size_t) {
    return reinterpret_cast<const std::uint8_t*>(address);
  }
  static const char* c_string(Address address) { return reinterpret_cast<const char*>(address); }

  // What follows reads `count` items of that size; and that another object is at hand. Memory that
  // knows its bounds checks them here, and how much one object makes it read.
  static void expect(Address, std::uint64_t, std::uint64_t) {}
  static void begin_object() {}
  static bool exhausted() { return false; }  // nothing more can be read

  // Copies `size` bytes to `to`; returns false if they are not all mapped.
  static bool probe(Address address, void* to, std::size_t size) {
    struct Piece {
      std::uint64_t start, size;
    };
    const Piece local = {sys::word_of(to), size}, remote = {address, size};
    const long self = sys::call(sys::kGetpid);
    const long copied = sys::call(sys::kProcessVmReadv, static_cast<std::uint64_t>(self),
                                  sys::word_of(&local), 1, sys::word_of(&remote), 1);
    if (copied != -sys::kEperm && copied != -sys::kEnosys) return copied == static_cast<long>(size);
    if (!is_mapped(address, size)) return false;
    __builtin_memcpy(to, reinterpret_cast<const void*>(address), size);
    return true;
  }

 private:
  // Where the other call is not allowed: sandboxes know this one to be harmless.
  static bool is_mapped(Address address, std::size_t size) {
    constexpr Address kPage = 4096;
    unsigned char resident;
    for (Address page = address & ~(kPage - 1); page < address + size; page += kPage) {
      if (sys::call(sys::kMincore, page, kPage, sys::word_of(&resident)) != 0) return false;
    }
    return true;
  }
};

}  // namespace heapsnap
