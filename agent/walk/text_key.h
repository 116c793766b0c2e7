// The key of the hashes that stand for texts in a snapshot, derived from the secret of Python's own
// str hashes: the same in every process that has the same secret (forked ones, and those of one
// PYTHONHASHSEED), and it tells nothing of the secret.
#pragma once

#include <cstdint>
#include <string_view>

#include "libsnapshot/siphash.h"

namespace heapsnap {

struct TextKey {
  std::uint64_t key[2] = {};
  char fingerprint[17] = {};  // tells whether two snapshots have the same key
};

inline TextKey text_key(const std::uint64_t (&secret)[2]) {
  // SipHash of a fixed text.
  const auto derived = [](const std::uint64_t (&from)[2], std::string_view purpose) {
    SipHash13 hash(from);
    hash.add(purpose.data(), purpose.size());
    return hash.result();
  };
  TextKey result;
  result.key[0] = derived(secret, "heapsnap: key of text hashes, first half");
  result.key[1] = derived(secret, "heapsnap: key of text hashes, second half");
  std::uint64_t fingerprint = derived(result.key, "heapsnap: fingerprint of the key");
  for (int i = 15; i >= 0; --i, fingerprint >>= 4) {
    result.fingerprint[i] = "0123456789abcdef"[fingerprint & 15];
  }
  return result;
}

}  // namespace heapsnap
