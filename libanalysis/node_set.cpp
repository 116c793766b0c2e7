#include "libanalysis/node_set.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace heapsnap {

NodeSet NodeSet::all(NodeId universe) { return ~NodeSet(universe); }

NodeId NodeSet::count() const {
  NodeId count = 0;
  for (const std::uint64_t word : words_) count += static_cast<NodeId>(std::popcount(word));
  return count;
}

bool NodeSet::empty() const {
  return std::ranges::all_of(words_, [](std::uint64_t word) { return word == 0; });
}

NodeSet& NodeSet::operator|=(const NodeSet& other) {
  assert(universe_ == other.universe_);
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  return *this;
}

NodeSet& NodeSet::operator&=(const NodeSet& other) {
  assert(universe_ == other.universe_);
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
  return *this;
}

NodeSet& NodeSet::operator-=(const NodeSet& other) {
  assert(universe_ == other.universe_);
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
  return *this;
}

NodeSet NodeSet::operator~() const {
  NodeSet result(universe_);
  for (std::size_t i = 0; i < words_.size(); ++i) result.words_[i] = ~words_[i];
  if (universe_ % 64 != 0) result.words_.back() &= (std::uint64_t{1} << (universe_ % 64)) - 1;
  return result;
}

NodeSet::Iterator NodeSet::begin() const { return Iterator(words_, 0); }
NodeSet::Iterator NodeSet::end() const { return Iterator(words_, words_.size()); }

NodeSet::Iterator::Iterator(std::span<const std::uint64_t> words, std::size_t word)
    : words_(words), word_(word) {
  if (word_ < words_.size()) rest_ = words_[word_];
  skip_empty_words();
}

NodeSet::Iterator NodeSet::Iterator::operator++(int) {
  const Iterator before = *this;
  ++*this;
  return before;
}

}  // namespace heapsnap
