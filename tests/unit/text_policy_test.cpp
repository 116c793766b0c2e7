#include "agent/walk/text.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/node_copy.h"

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct Policy {
  explicit Policy(Strings strings, std::uint32_t prefix = 0) {
    options.strings = strings;
    options.prefix = prefix;
    options.hash_key[0] = 1;
    options.hash_key[1] = 2;
  }

  Bytes encode(const Text& text, Use use) {
    const TextPolicy policy(options, arena);
    const Encoded encoded = policy.encode(text, use);
    return {encoded.bytes, encoded.bytes + encoded.size};
  }

  WalkOptions options = {};
  std::vector<std::uint8_t> memory = std::vector<std::uint8_t>(std::size_t{1} << 20);
  Arena arena{memory.data(), memory.size()};
};

Text latin(const std::string& characters) {
  return {reinterpret_cast<const std::uint8_t*>(characters.data()), characters.size(), 1, false};
}

template <class Unit>
Text wide(const std::vector<Unit>& units) {
  return {reinterpret_cast<const std::uint8_t*>(units.data()), units.size(), sizeof(Unit), false};
}

TextForm form_of(const Bytes& value) { return static_cast<TextForm>(value.at(0) & 3); }

Bytes text_of(std::uint64_t length, const std::string& utf8) {
  Bytes bytes(utf8.size() + 30);
  bytes.resize(static_cast<std::size_t>(
      put_text_value(bytes.data(), length, utf8.data(), utf8.size()) - bytes.data()));
  return bytes;
}

TEST_CASE("each level lets out what it names and hashes the rest") {
  const std::string word = "word", sentence(65, 'x');
  struct Row {
    Strings strings;
    Use use;
    const std::string& text;
    bool out;
  };
  const Row rows[] = {
      {Strings::kNone, Use::kName, word, false},   {Strings::kNone, Use::kKey, word, false},
      {Strings::kNames, Use::kName, word, true},   {Strings::kNames, Use::kName, sentence, true},
      {Strings::kNames, Use::kKey, word, false},   {Strings::kNames, Use::kPlain, word, false},
      {Strings::kKeys, Use::kName, sentence, true}, {Strings::kKeys, Use::kKey, word, true},
      {Strings::kKeys, Use::kKey, sentence, false}, {Strings::kKeys, Use::kPlain, word, false},
      {Strings::kFull, Use::kPlain, sentence, true},
  };
  for (const Row& row : rows) {
    Policy policy(row.strings);
    const Bytes value = policy.encode(latin(row.text), row.use);
    CHECK(form_of(value) == (row.out ? TextForm::kText : TextForm::kHash));
    if (row.out) CHECK(value == text_of(row.text.size(), row.text));
  }
}

TEST_CASE("a prefix has the first characters and the length of all") {
  Policy policy(Strings::kPrefix, 3);
  CHECK(policy.encode(latin("caf\xE9s"), Use::kPlain) == text_of(5, "caf"));
  CHECK(policy.encode(latin("caf\xE9s"), Use::kKey) == text_of(5, "caf\xC3\xA9s"));
}

TEST_CASE("text of every width is written as UTF-8, lone surrogates as three bytes") {
  Policy policy(Strings::kFull);
  const std::vector<std::uint16_t> two = {0x41, 0x20AC, 0xD800};
  const std::vector<std::uint32_t> four = {0x1F600, 0xE9};
  CHECK(policy.encode(wide(two), Use::kPlain) == text_of(3, "A\xE2\x82\xAC\xED\xA0\x80"));
  CHECK(policy.encode(wide(four), Use::kPlain) == text_of(2, "\xF0\x9F\x98\x80\xC3\xA9"));
}

TEST_CASE("bytes are written as they are") {
  Policy policy(Strings::kFull);
  const std::string bytes("\xFF\x00z", 3);
  Text text = latin(bytes);
  text.kind = 0;
  CHECK(policy.encode(text, Use::kPlain) == text_of(3, bytes));
}

TEST_CASE("equal texts have equal hashes, others not, and the key matters") {
  Policy policy(Strings::kNone), other(Strings::kNone);
  other.options.hash_key[0] = 9;
  CHECK(policy.encode(latin("secret"), Use::kPlain) == policy.encode(latin("secret"), Use::kName));
  CHECK(policy.encode(latin("secret"), Use::kPlain) != policy.encode(latin("secreT"), Use::kPlain));
  CHECK(policy.encode(latin("secret"), Use::kPlain) != other.encode(latin("secret"), Use::kPlain));
}

TEST_CASE("a text that would not fit into a chunk is cut, and its length still told") {
  Policy policy(Strings::kFull);
  const std::string huge(std::size_t{3} << 20, 'x');
  const Bytes value = policy.encode(latin(huge), Use::kPlain);
  CHECK(value.size() < kMaxChunk / 2);
  CHECK(value.size() > 100'000);
  const Bytes start = text_of(huge.size(), "");
  CHECK(Bytes(value.begin(), value.begin() + 4) == Bytes(start.begin(), start.begin() + 4));
}

TEST_CASE("a text that cannot be read is its length alone") {
  Policy policy(Strings::kFull);
  Text text;
  text.length = 12;
  const Bytes value = policy.encode(text, Use::kPlain);
  CHECK(value == Bytes{12 << 2});
}

TEST_CASE("numbers are kept as keys from the level of keys on, everywhere at full") {
  Policy none(Strings::kNone), keys(Strings::kKeys), full(Strings::kFull);
  const auto numbers = [](Policy& policy, Use use) {
    return TextPolicy(policy.options, policy.arena).numbers(use);
  };
  CHECK_FALSE(numbers(none, Use::kKey));
  CHECK(numbers(keys, Use::kKey));
  CHECK_FALSE(numbers(keys, Use::kPlain));
  CHECK(numbers(full, Use::kPlain));
}

TEST_CASE("a name is cut to what its place holds, at a whole character") {
  std::uint8_t out[32];
  const std::vector<std::uint16_t> text = {0x20AC, 0x20AC, 0x20AC};
  const std::uint8_t* const end = put_name(out, wide(text), 8);
  CHECK(Bytes(out + 2, out + (end - out)) == Bytes{0xE2, 0x82, 0xAC, 0xE2, 0x82, 0xAC});
  CHECK(((out[0] & 0x7F) | out[1] << 7) == 6);
}

}  // namespace
}  // namespace heapsnap
