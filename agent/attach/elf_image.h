// ElfImage finds symbols in an ELF file that is mapped into memory, by the tables that the dynamic
// linker uses: no file is read, so it does not matter whether the file was stripped, replaced or
// deleted since, or lies in another container.
//
//     const auto image = ElfImage::at(memory, start_of_mapping);
//     if (image) runtime = image->find("_PyRuntime");
//
// A symbol costs a handful of small reads. Memory is not trusted: every count is bounded, and what
// is no ELF file of this machine is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/attach/foreign_memory.h"

namespace heapsnap {

class ElfImage {
 public:
  struct Segment {
    Address address = 0;  // in memory
    std::uint64_t size = 0;
    bool writable = false, executable = false;

    // As a program's are, whatever the memory claims: not so many that they are not to be read.
    bool has_variables() const {
      constexpr std::uint64_t kLeast = 16, kMost = std::uint64_t{64} << 20;
      return writable && size >= kLeast && size <= kMost && address <= ~std::uint64_t{0} - kMost;
    }
  };
  struct Relocation {
    Address place = 0;
    std::uint32_t type = 0;
    std::int64_t addend = 0;
  };

  // `start`: where the file's first byte is mapped. The memory has to live as long.
  static std::optional<ElfImage> at(const ForeignMemory& memory, Address start);

  Address find(std::string_view symbol) const;  // 0: it is not defined here

  Address bias() const { return bias_; }  // between addresses in the file and in memory
  const std::vector<Segment>& segments() const { return segments_; }
  std::vector<Relocation> relocations() const;  // those with addends

 private:
  explicit ElfImage(const ForeignMemory& memory) : memory_(&memory) {}

  bool read_segments(Address start);
  void read_dynamic(Address address, std::uint64_t size);
  Address in_memory(std::uint64_t pointer) const;
  Address find_by_gnu_hash(std::string_view symbol) const;
  Address find_by_old_hash(std::string_view symbol) const;
  Address value_of(std::uint32_t index, std::string_view symbol) const;

  const ForeignMemory* memory_;
  Address bias_ = 0;
  Address end_ = 0;  // of the last segment
  std::vector<Segment> segments_;
  Address dynamic_ = 0;
  std::uint64_t dynamic_size_ = 0;
  Address symbols_ = 0, strings_ = 0, gnu_hash_ = 0, old_hash_ = 0;
  Address relocations_ = 0;
  std::uint64_t relocations_size_ = 0;
};

}  // namespace heapsnap
