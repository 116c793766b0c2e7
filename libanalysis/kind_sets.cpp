#include "libanalysis/kind_sets.h"

#include <algorithm>

namespace heapsnap {
namespace {

std::uint64_t hash_of(std::span<const std::uint32_t> members) {
  std::uint64_t hash = members.size();
  for (const std::uint32_t member : members) {
    hash = (hash ^ member) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
  }
  return hash;
}

}  // namespace

KindId KindSets::intern(std::vector<std::uint32_t>& members) {
  std::ranges::sort(members);
  members.erase(std::unique(members.begin(), members.end()), members.end());
  if (2 * hash_.size() >= slots_.size()) grow();
  const std::uint64_t hash = hash_of(members);
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != kNoKind; slot = (slot + 1) & (slots_.size() - 1)) {
    const KindId id = slots_[slot];
    if (hash_[id] == hash && std::ranges::equal(this->members(id), members)) return id;
  }
  const KindId id = size();
  slots_[slot] = id;
  hash_.push_back(hash);
  members_.insert(members_.end(), members.begin(), members.end());
  begin_.push_back(members_.size());
  return id;
}

std::span<const std::uint32_t> KindSets::members(KindId id) const {
  return {members_.data() + begin_[id], members_.data() + begin_[id + 1]};
}

void KindSets::grow() {
  slots_.assign(2 * slots_.size(), kNoKind);
  for (KindId id = 0; id < size(); ++id) {
    std::size_t slot = hash_[id] & (slots_.size() - 1);
    while (slots_[slot] != kNoKind) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = id;
  }
}

}  // namespace heapsnap
