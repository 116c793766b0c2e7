// AddressMap gives the nodes of a heap their ids and finds the id of an address.
//
// A bit for each granule of 16 bytes says whether a container or a leaf starts there, in words of
// 64 granules that also hold how many of each come before: an id is a rank, found with one
// population count (about 2 ns, against 40 for a hash table) and stored nowhere. Words form pages
// of 1 MiB of address space, of which only those in use exist. A heap so sparse that its pages
// would take more than its nodes is kept as sorted arrays instead (the heap may be a forgery).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libanalysis/array.h"
#include "libanalysis/ids.h"
#include "libsnapshot/format.h"

namespace heapsnap {

// An address with what the map must know of it in its low bits.
using TaggedAddress = std::uint64_t;
inline constexpr TaggedAddress kContainerTag = 1;
inline constexpr TaggedAddress kIgnoredTag = 2;  // no node starts here
inline constexpr TaggedAddress kAddressTags = 7;

constexpr Address untagged(TaggedAddress tagged) { return tagged & ~kAddressTags; }

class AddressMap {
 public:
  AddressMap() = default;
  // Numbers all addresses that are not ignored. Of two in one granule the later is ignored from
  // now on, and counted; so is an address of more than kAddressBits.
  AddressMap(std::span<const std::span<TaggedAddress>> runs, unsigned threads);

  static constexpr int kAddressBits = 57;

  NodeId container_count() const { return container_count_; }
  NodeId leaf_count() const { return leaf_count_; }
  std::uint64_t rejected() const { return rejected_; }

  // The id of the node that starts at the address, or kNoNode.
  NodeId find(Address address) const {
    if (sorted_) return find_sorted(address);
    const std::size_t top = address >> (kPageBits + kBlockBits);
    if (top >= blocks_.size() || (address & 7) != 0) return kNoNode;
    const std::uint32_t page =
        pages_[blocks_[top] * kBlock + (address >> kPageBits & (kBlock - 1))];
    return find_in(words_[page * kPageWords + (address >> kWordBits & (kPageWords - 1))], address);
  }

 private:
  static constexpr int kWordBits = 10;  // 64 granules of 16 bytes
  static constexpr int kPageBits = 20;
  static constexpr int kBlockBits = 13;  // pages of a block of the directory
  static constexpr std::size_t kPageWords = std::size_t{1} << (kPageBits - kWordBits);
  static constexpr std::size_t kBlock = std::size_t{1} << kBlockBits;

  struct Word {
    std::uint64_t containers = 0;
    std::uint64_t leaves = 0;
    std::uint64_t odd = 0;  // those that start in the middle of their granule
    std::uint32_t containers_before = 0;
    std::uint32_t leaves_before = 0;
  };

  NodeId find_in(const Word& word, Address address) const {
    const int granule = static_cast<int>(address >> 4 & 63);
    const std::uint64_t below = (std::uint64_t{1} << granule) - 1;
    if ((word.odd >> granule & 1) != (address >> 3 & 1)) return kNoNode;
    if (word.containers >> granule & 1) {
      return word.containers_before + count_bits(word.containers & below);
    }
    if (word.leaves >> granule & 1) return word.leaves_before + count_bits(word.leaves & below);
    return kNoNode;
  }
  // std::popcount is a call of a library function unless the processor is known to have it.
  static std::uint32_t count_bits(std::uint64_t bits) {
    bits -= bits >> 1 & 0x5555555555555555;
    bits = (bits & 0x3333333333333333) + (bits >> 2 & 0x3333333333333333);
    bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0F;
    return static_cast<std::uint32_t>(bits * 0x0101010101010101 >> 56);
  }

  using Runs = std::span<const std::span<TaggedAddress>>;
  NodeId find_sorted(Address address) const;
  void make_directory(std::span<const std::uint64_t> pages);
  void mark(Runs runs, unsigned threads);
  std::uint64_t mark_share(Runs runs, unsigned share, unsigned shares);
  void rank(std::size_t page_count);
  void sort(Runs runs);

  NodeId container_count_ = 0;
  NodeId leaf_count_ = 0;
  std::uint64_t rejected_ = 0;

  std::vector<std::uint32_t> blocks_;  // by address >> 33: its block in pages_; 0 is empty
  std::vector<std::uint32_t> pages_;   // by block and page: its page of words; 0 is empty
  Array<Word> words_;

  bool sorted_ = false;
  std::vector<Address> containers_;  // if sorted_
  std::vector<Address> leaves_;
};

}  // namespace heapsnap
