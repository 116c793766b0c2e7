#include "libanalysis/classifiers/product.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

namespace heapsnap {
namespace {

constexpr std::uint64_t pair_of(KindId first, KindId second) {
  return std::uint64_t{first} << 32 | second;
}

// The pairs that occur, sorted.
std::vector<std::uint64_t> pairs_of(const Classification& first, const Classification& second,
                                    const NodeSet& nodes) {
  std::vector<std::uint64_t> pairs;
  std::size_t settled = 1024;  // so many are sorted and different when there are twice as many
  for (const NodeId id : nodes) {
    const std::uint64_t pair = pair_of(first.kind_of(id), second.kind_of(id));
    if (!pairs.empty() && pairs.back() == pair) continue;
    pairs.push_back(pair);
    if (pairs.size() < 2 * settled) continue;
    std::ranges::sort(pairs);
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    settled = std::max(settled, pairs.size());
  }
  std::ranges::sort(pairs);
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

struct Factors {
  Classification first;
  Classification second;
  std::vector<std::uint64_t> pairs;  // by kind

  KindId first_kind(KindId kind) const { return static_cast<KindId>(pairs[kind] >> 32); }
  KindId second_kind(KindId kind) const { return static_cast<KindId>(pairs[kind]); }

  Selector selector(KindId kind) const {
    return both(first.selector(first_kind(kind)), second.selector(second_kind(kind)));
  }
};

std::vector<std::string> joined(std::vector<std::string> first, std::vector<std::string> second) {
  for (std::string& part : second) first.push_back(std::move(part));
  return first;
}

}  // namespace

Classification product(Classification first, Classification second, const NodeSet& nodes) {
  auto pairs = pairs_of(first, second, nodes);
  Classification result(nodes.universe(), static_cast<KindId>(pairs.size()));
  for (const NodeId id : nodes) {
    const std::uint64_t pair = pair_of(first.kind_of(id), second.kind_of(id));
    result.put(id, static_cast<KindId>(std::ranges::lower_bound(pairs, pair) - pairs.begin()));
  }
  const auto factors = std::make_shared<const Factors>(
      Factors{std::move(first), std::move(second), std::move(pairs)});
  const auto parts = [factors](KindId kind) {
    return joined(factors->first.parts(factors->first_kind(kind)),
                  factors->second.parts(factors->second_kind(kind)));
  };
  result.name_kinds({.name = [parts](KindId kind) { return joined_names(parts(kind)); },
                     .selector = [factors](KindId kind) { return factors->selector(kind); },
                     .key =
                         [factors](KindId kind) {
                           return joined_names({factors->first.key(factors->first_kind(kind)),
                                                factors->second.key(factors->second_kind(kind))});
                         },
                     .parts = parts});
  return result;
}

}  // namespace heapsnap
