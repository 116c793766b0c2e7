#include "libanalysis/address_map.h"

#include <algorithm>
#include <array>

#include "libanalysis/parallel.h"

namespace heapsnap {
namespace {

// The pages of a run, sorted; those of the last few addresses are not asked for again.
std::vector<std::uint64_t> pages_of(std::span<TaggedAddress> run, int page_bits) {
  std::array<std::uint64_t, 256> recent;
  recent.fill(~std::uint64_t{0});
  std::vector<std::uint64_t> pages;
  for (TaggedAddress& tagged : run) {
    if (tagged >> AddressMap::kAddressBits != 0) tagged |= kIgnoredTag;
    if (tagged & kIgnoredTag) continue;
    const std::uint64_t page = tagged >> page_bits;
    std::uint64_t& seen = recent[page % recent.size()];
    if (seen != page) pages.push_back(page);
    seen = page;
  }
  std::sort(pages.begin(), pages.end());
  pages.erase(std::unique(pages.begin(), pages.end()), pages.end());
  return pages;
}

std::uint64_t count_too_high(std::span<const std::span<TaggedAddress>> runs) {
  std::uint64_t count = 0;
  for (const auto& run : runs) {
    for (const TaggedAddress tagged : run) count += tagged >> AddressMap::kAddressBits != 0;
  }
  return count;
}

// A table of words for so many pages is worth it for so many nodes.
bool is_dense(std::uint64_t pages, std::uint64_t words_a_page, std::uint64_t nodes) {
  return pages * words_a_page <= 8 * nodes + 64 * words_a_page;
}

}  // namespace

AddressMap::AddressMap(Runs runs, unsigned threads) {
  std::vector<std::vector<std::uint64_t>> found(runs.size());
  parallel_for(runs.size(), threads,
               [&](std::size_t i) { found[i] = pages_of(runs[i], kPageBits); });
  std::vector<std::uint64_t> pages;
  std::uint64_t nodes = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    pages.insert(pages.end(), found[i].begin(), found[i].end());
    nodes += runs[i].size();
  }
  std::sort(pages.begin(), pages.end());
  pages.erase(std::unique(pages.begin(), pages.end()), pages.end());

  rejected_ = count_too_high(runs);
  if (is_dense(pages.size(), kPageWords, nodes)) {
    make_directory(pages);
    mark(runs, threads);
    rank(pages.size());
  } else {
    sort(runs);
  }
}

void AddressMap::make_directory(std::span<const std::uint64_t> pages) {
  if (pages.empty()) {
    words_ = Array<Word>(kPageWords);
    pages_.resize(kBlock);
    return;
  }
  blocks_.resize((pages.back() >> kBlockBits) + 1);
  pages_.resize(kBlock);
  std::uint32_t number = 0;
  for (const std::uint64_t page : pages) {
    std::uint32_t& block = blocks_[page >> kBlockBits];
    if (block == 0) {
      block = static_cast<std::uint32_t>(pages_.size() / kBlock);
      pages_.resize(pages_.size() + kBlock);
    }
    pages_[block * kBlock + (page & (kBlock - 1))] = ++number;
  }
  words_ = Array<Word>((pages.size() + 1) * kPageWords);
}

// Each thread marks the pages that are its own, in the order of the runs: which of two equal
// addresses comes first does not depend on the threads.
void AddressMap::mark(Runs runs, unsigned threads) {
  std::vector<std::uint64_t> rejected(threads);
  parallel_for(threads, threads, [&](std::size_t share) {
    rejected[share] = mark_share(runs, static_cast<unsigned>(share), threads);
  });
  for (const std::uint64_t count : rejected) rejected_ += count;
}

std::uint64_t AddressMap::mark_share(Runs runs, unsigned share, unsigned shares) {
  std::uint64_t rejected = 0;
  for (const auto& run : runs) {
    for (TaggedAddress& tagged : run) {
      if ((tagged >> kPageBits) % shares != share || tagged & kIgnoredTag) continue;
      const std::uint32_t block = blocks_[tagged >> (kPageBits + kBlockBits)];
      const std::uint32_t page = pages_[block * kBlock + (tagged >> kPageBits & (kBlock - 1))];
      Word& word = words_[page * kPageWords + (tagged >> kWordBits & (kPageWords - 1))];
      const std::uint64_t granule = std::uint64_t{1} << (tagged >> 4 & 63);
      if ((word.containers | word.leaves) & granule) {
        tagged |= kIgnoredTag;
        ++rejected;
        continue;
      }
      (tagged & kContainerTag ? word.containers : word.leaves) |= granule;
      if (tagged >> 3 & 1) word.odd |= granule;
    }
  }
  return rejected;
}

void AddressMap::rank(std::size_t page_count) {
  for (std::size_t i = 0; i < (page_count + 1) * kPageWords; ++i) {
    words_[i].containers_before = container_count_;
    words_[i].leaves_before = leaf_count_;
    container_count_ += count_bits(words_[i].containers);
    leaf_count_ += count_bits(words_[i].leaves);
  }
  for (Word& word : words_) word.leaves_before += container_count_ + 1;  // after the virtual root
}

void AddressMap::sort(Runs runs) {
  sorted_ = true;
  struct Node {
    TaggedAddress* tagged;
    std::uint64_t order;
  };
  std::vector<Node> nodes;
  for (const auto& run : runs) {
    for (TaggedAddress& tagged : run) {
      if (!(tagged & kIgnoredTag)) nodes.push_back({&tagged, nodes.size()});
    }
  }
  std::sort(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) {
    const Address granule_a = *a.tagged >> 4, granule_b = *b.tagged >> 4;
    return granule_a != granule_b ? granule_a < granule_b : a.order < b.order;
  });
  Address last = ~Address{0};
  for (const Node& node : nodes) {
    if (*node.tagged >> 4 == last) {
      *node.tagged |= kIgnoredTag;
      ++rejected_;
      continue;
    }
    last = *node.tagged >> 4;
    (*node.tagged & kContainerTag ? containers_ : leaves_).push_back(untagged(*node.tagged));
  }
  container_count_ = static_cast<NodeId>(containers_.size());
  leaf_count_ = static_cast<NodeId>(leaves_.size());
}

NodeId AddressMap::find_sorted(Address address) const {
  const auto place = [address](const std::vector<Address>& sorted) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), address);
    if (at == sorted.end() || *at != address) return kNoNode;
    return static_cast<NodeId>(at - sorted.begin());
  };
  const NodeId container = place(containers_);
  if (container != kNoNode) return container;
  const NodeId leaf = place(leaves_);
  return leaf == kNoNode ? kNoNode : container_count_ + 1 + leaf;
}

}  // namespace heapsnap
