// TextPolicy decides what of a string's contents leaves the process, and encodes it as the value
// of a node (docs/model.md, "Text").
//
// `Use` is what the string is known to be used for: a name may leave from Strings::kNames on, a
// dict key of up to 64 characters from kKeys on. All else is a length and a keyed hash.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/arena.h"
#include "agent/walk/walk.h"
#include "libsnapshot/byte_encoding.h"

namespace heapsnap {

enum class Use : std::uint8_t { kPlain, kKey, kName };

// The characters of a str, `kind` bytes each; or the bytes of a bytes, with kind 0.
struct Text {
  const std::uint8_t* data = nullptr;  // nullptr: unknown
  std::uint64_t length = 0;
  unsigned kind = 0;
  bool ascii = false;
};

struct Encoded {
  const std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  bool has_text = false;  // no more is to be told of it
};

class TextPolicy {
 public:
  TextPolicy(const WalkOptions& options, Arena& arena)
      : options_(options),
        buffer_(arena.make_array<std::uint8_t>(kMaxText + 4 + 2 * kMaxVarint)) {}

  // The result is valid until the next call.
  Encoded encode(const Text& text, Use use) const;

  std::uint64_t keyed_hash(const Text& text) const;

  bool numbers(Use use) const {
    return options_.strings == Strings::kFull ||
           (use != Use::kPlain && options_.strings >= Strings::kKeys);
  }
  bool names() const { return options_.strings >= Strings::kNames; }
  bool keys() const { return options_.strings >= Strings::kKeys; }

 private:
  static constexpr std::uint64_t kMaxKey = 64;                     // characters
  static constexpr std::size_t kMaxText = std::size_t{256} << 10;  // bytes

  std::uint64_t allowed(std::uint64_t length, Use use) const;

  const WalkOptions& options_;
  std::uint8_t* buffer_;
};

// As a string of at most `most` bytes.
std::uint8_t* put_name(std::uint8_t* out, const Text& text, std::size_t most);

}  // namespace heapsnap
