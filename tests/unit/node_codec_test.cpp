// NodeEncoder and NodeDecoder, each against the specification and against the other.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "libsnapshot/node_decoder.h"
#include "libsnapshot/node_encoder.h"
#include "tests/support/node_copy.h"
#include "tests/support/random_nodes.h"

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes encode(const std::vector<NodeCopy>& nodes) {
  const auto encoder = std::make_unique<NodeEncoder>();
  Bytes bytes;
  for (const NodeCopy& node : nodes) {
    with_record(node, [&](const NodeRecord& record) {
      const std::size_t before = bytes.size();
      bytes.resize(before + max_encoded_size(record));
      const std::uint8_t* end = encoder->encode(record, bytes.data() + before);
      REQUIRE(end <= bytes.data() + bytes.size());
      bytes.resize(static_cast<std::size_t>(end - bytes.data()));
    });
  }
  return bytes;
}

struct Decoded {
  std::unique_ptr<PaddedBytes> payload = std::make_unique<PaddedBytes>();
  NodeChunk chunk = {};
  Result<void> status = {};

  std::vector<NodeCopy> nodes() const {
    std::vector<NodeCopy> nodes;
    for (const NodeEntry& node : chunk.nodes()) nodes.push_back(copy_of(chunk.record(node)));
    return nodes;
  }
};

Decoded decode(const Bytes& bytes) {
  Decoded result;
  std::ranges::copy(bytes, result.payload->resize(bytes.size()).begin());
  result.status = NodeDecoder().decode(*result.payload, 500, result.chunk);
  return result;
}

bool is_refused(const Bytes& bytes) { return !decode(bytes).status; }

TEST_CASE("a node record has the bytes that the format specifies") {
  NodeCopy node{.address = 0x100, .type = 5, .size = 56, .refcount = 2, .flags = kTypeEdge};
  node.edges[Part::kItems] = {0x2000, 0, 0x2000};
  NodeCopy next = node;
  next.address = 0x120;
  next.edges[Part::kItems] = {0x2000, 0x2000, 0x1F00};
  const auto slot = static_cast<std::uint32_t>(hot_slot(0x2000));
  const auto low = static_cast<std::uint8_t>(((slot + 1) << 1 | 1) | 0x80);
  const auto high = static_cast<std::uint8_t>((slot + 1) >> 6);
  const Bytes expected = {
      0xF0, 5, 0x40, 56, 4, 4, 3, 2,          // type, address, size, form, count, references
      0x80, 0x20, 1, low, high,               // 0x2000 as a step from 0, NULL, hot
      0x4F, 2, low, high, low, high, 0x7E,    // all as before, 2 granules on; 0x1F00: 32 steps back
  };
  const Bytes encoded_nodes = encode({node, next});
  CHECK(encoded_nodes == expected);
  CHECK(decode(expected).nodes() == std::vector{node, next});
}

TEST_CASE("random nodes survive encoding") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const std::vector<NodeCopy> nodes = random_nodes(seed, 300);
    const Decoded decoded = decode(encode(nodes));
    REQUIRE(decoded.status.has_value());
    REQUIRE(decoded.nodes() == nodes);
  }
}

TEST_CASE("the encoder forgets everything when it is reset") {
  const std::vector<NodeCopy> nodes = random_nodes(7, 200);
  const Bytes fresh = encode(nodes);
  const auto encoder = std::make_unique<NodeEncoder>();
  for (int round = 0; round < 3; ++round) {
    encoder->reset();
    Bytes bytes(fresh.size() + (std::size_t{1} << 20));
    std::uint8_t* out = bytes.data();
    for (const NodeCopy& node : nodes) {
      with_record(node, [&](const NodeRecord& record) { out = encoder->encode(record, out); });
    }
    bytes.resize(static_cast<std::size_t>(out - bytes.data()));
    REQUIRE(bytes == fresh);
  }
}

TEST_CASE("types that share a slot do not mix") {
  const NodeCopy five{.address = 0x100, .type = 5, .size = 40};
  NodeCopy other{.address = 0x100, .type = 4101, .size = 40};
  other.edges[Part::kSet] = {0x100, 0x200};
  const std::vector<NodeCopy> nodes = {five, other, five, other, five};
  CHECK(decode(encode(nodes)).nodes() == nodes);
}

TEST_CASE("a form of more than 16 offsets is written each time") {
  NodeCopy node{.address = 0x100, .type = 5, .size = 40};
  for (std::uint16_t i = 0; i < 17; ++i) {
    node.offsets.push_back(i);
    node.edges[i < 9 ? Part::kWords : Part::kWeak].push_back(0x200);
  }
  const std::vector<NodeCopy> nodes = {node, node, node};
  const Bytes bytes = encode(nodes);
  CHECK(decode(bytes).nodes() == nodes);
  CHECK(bytes.size() == encode({node}).size() + 2 * (encode({node, node}).size() -
                                                     encode({node}).size()));

  NodeCopy small = node;
  small.offsets.pop_back();
  small.edges[Part::kWeak].pop_back();
  const std::vector<NodeCopy> remembered = {small, small};
  const Bytes shorter = encode(remembered);
  CHECK(decode(shorter).nodes() == remembered);
  CHECK(shorter.size() + 16 < encode({node, node}).size());
}

TEST_CASE("a form cannot refer to one that was too long to be remembered") {
  Bytes bytes = {0xF0, 5, 0, 0, 0, 1, 17};  // type, address, size, flags, parts, offsets
  for (std::uint8_t i = 0; i < 17; ++i) bytes.push_back(i);
  bytes.push_back(1);                            // references
  for (int i = 0; i < 17; ++i) bytes.push_back(1);  // NULLs
  CHECK(decode(bytes).chunk.nodes().size() == 1);
  bytes.insert(bytes.end(), {0x0F, 1});
  CHECK(is_refused(bytes));
}

TEST_CASE("counts outlive a form that has the same parts, and not one that lacks them") {
  NodeCopy lists{.address = 0x100, .type = 5};
  lists.edges[Part::kItems] = {0, 0, 0};
  NodeCopy bare = lists;
  bare.edges.clear();
  NodeCopy both = lists;
  both.edges[Part::kSet] = {0};
  NodeCopy empty = lists;
  empty.edges[Part::kItems] = {};
  const std::vector<NodeCopy> nodes = {lists, both, bare, empty, lists, bare, both};
  CHECK(decode(encode(nodes)).nodes() == nodes);
}

TEST_CASE("parts of later versions are skipped") {
  // Parts 0 and 20: one word at offset 2, then three bytes that nobody knows, then the next node.
  const Bytes bytes = {0xF2, 5, 0x40, 0, 0x81, 0x80, 0x40, 1, 2, 0, 0x80, 0x20, 3, 7, 7, 7,
                       0x1F, 9, 1, 0};
  const Decoded decoded = decode(bytes);
  REQUIRE(decoded.status.has_value());
  REQUIRE(decoded.chunk.nodes().size() == 2);
  CHECK(decoded.nodes()[0].edges.at(Part::kWords) == std::vector<Address>{0x2000});
  CHECK(decoded.nodes()[1].address == 0x100 - 0x10);
}

TEST_CASE("a chunk gives each part its own edges") {
  NodeCopy node{.address = 0x100, .type = 5, .flags = kContinuation, .start = 9, .keys = 3};
  node.offsets = {4, 6};
  node.external = 77;
  node.value = text_value("seven");
  node.edges[Part::kWords] = {0x200};
  node.edges[Part::kWeak] = {0x208};
  node.edges[Part::kMap] = {0x210, 0x218, 0x220, 0};
  node.edges[Part::kValues] = {0x228};
  node.edges[Part::kLocals] = {0x230, 0x238};
  node.edges[Part::kStack] = {};
  node.edges[Part::kMembers] = {0x240, 0x248};
  const Decoded decoded = decode(encode({node}));
  const NodeChunk& chunk = decoded.chunk;
  REQUIRE(chunk.nodes().size() == 1);
  const NodeEntry& entry = chunk.nodes()[0];
  for (std::size_t i = 0; i < kPartCount; ++i) {
    const auto part = static_cast<Part>(i);
    std::vector<Address> expected;
    if (node.edges.count(part)) expected = node.edges[part];
    if (part == Part::kLocals) expected.erase(expected.begin());
    const auto edges = chunk.edges(entry, part);
    CHECK(std::vector(edges.begin(), edges.end()) == expected);
    const std::size_t unit = kPairedParts & bit(part) ? 2 : 1;
    CHECK(chunk.count(chunk.shape_of(entry), part) * unit == expected.size());
  }
  CHECK(chunk.code(entry) == 0x230);
  CHECK(chunk.edges(entry).size() == 11);
  CHECK(chunk.start(entry) == 9);
  CHECK(chunk.external(entry) == 77);
  CHECK(entry.keys == 3);
  CHECK(interpret(chunk.value(entry), TypeLayout::kStr).text == "seven");
}

TEST_CASE("a decoder refuses what the format rules out") {
  CHECK(is_refused({0x01}));                                  // ends after the head
  CHECK(is_refused({0x0F, 1}));                               // no type yet
  CHECK(is_refused({0x0E, 0, 1}));                            // type 0
  CHECK(is_refused({0x0E, 0x80, 0x80, 0x80, 0x80, 0x10, 1}));  // a type of 33 bits
  CHECK_FALSE(is_refused({0x0E, 5, 1}));
  CHECK(is_refused({0x0A, 5, 4, 4, 1, 1}));                   // no count, no edge
  CHECK(is_refused({0x02, 5, 4, 4, 1, 1, 3}));                // hot slot 0, which is empty
  CHECK(is_refused({0x02, 5, 4, 4, 1, 1, 0x83, 0x80, 1}));    // a hot slot beyond the last
  CHECK(is_refused({0x02, 5, 4, 4, 2, 1, 1}));                // one edge of two
  CHECK(is_refused({0x02, 5, 4, 4, 0xFF, 0xFF, 0x7F, 1, 1}));  // a count beyond the end
  CHECK(is_refused({0x0A, 5, 4, 1, 2, 3}));                   // one offset of two
  CHECK(is_refused({0x0A, 5, 4, 1, 1, 0x80, 0x80, 0x04, 1, 1}));  // an offset of 17 bits
  CHECK(is_refused({0x0A, 5, 4, 0x80, 0x10, 1, 3}));          // a value of form 3
  CHECK(is_refused({0x0A, 5, 4, 0x80, 0x10, 1, 2, 5, 'a'}));  // a text beyond the end
  CHECK(is_refused({0x0A, 5, 4, 0x80, 0x10, 1, 1, 0, 0}));    // a hash beyond the end
}

TEST_CASE("a damaged node record is named by its place") {
  const Decoded decoded = decode({0x0E, 5, 1, 0x0F, 1, 0x0E, 0, 1});
  REQUIRE_FALSE(decoded.status);
  CHECK(decoded.status.error().message == "damaged node record, number 2 of its chunk");
  CHECK(decoded.status.error().offset == 500);
}

TEST_CASE("no damage to a nodes chunk makes the decoder read or write astray") {
  const Bytes bytes = encode(random_nodes(11, 40));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    decode(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))).nodes();
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    Bytes damaged = bytes;
    for (const std::uint8_t with : {0x00, 0x01, 0x80, 0xFF}) {
      damaged[i] = static_cast<std::uint8_t>(bytes[i] ^ with);
      const Decoded decoded = decode(damaged);
      if (decoded.status) decoded.nodes();
    }
  }
}

}  // namespace
}  // namespace heapsnap
