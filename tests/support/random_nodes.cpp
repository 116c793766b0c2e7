#include "tests/support/random_nodes.h"

#include <algorithm>
#include <iterator>
#include <random>

namespace heapsnap {
namespace {

class Source {
 public:
  explicit Source(std::uint64_t seed) : random_(seed) {}

  NodeCopy next() {
    if (previous_.empty() || one_in(3)) return keep(anew());
    NodeCopy node = previous_[below(previous_.size())];  // one like an earlier one
    node.address = address();
    if (one_in(4)) node.size = below(1000);
    for (auto& [part, edges] : node.edges) {
      for (Address& edge : edges) edge = target();
    }
    return keep(std::move(node));
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

  NodeCopy keep(NodeCopy node) {
    if (previous_.size() < 50) {
      previous_.push_back(node);
    } else {
      previous_[below(50)] = node;
    }
    return node;
  }

  NodeCopy anew() {
    NodeCopy node;
    node.type = type();
    node.address = address();
    node.size = one_in(20) ? random_() : below(500);
    node.refcount = one_in(20) ? random_() : below(4);
    node.flags = static_cast<std::uint32_t>(below(32));
    if (node.flags & kContinuation) node.start = one_in(9) ? random_() : below(10000);
    for (std::size_t i = 0; i < kPartCount; ++i) {
      if (one_in(5)) add_part(node, static_cast<Part>(i));
    }
    return node;
  }

  void add_part(NodeCopy& node, Part part) {
    if (part == Part::kExternal) {
      node.external = random_() >> below(64);
      return;
    }
    if (part == Part::kValue) {
      node.value = value();
      return;
    }
    std::vector<Address>& edges = node.edges[part];
    std::size_t count = one_in(30) ? below(400) : below(5);
    if (part == Part::kWords || part == Part::kWeak) {
      if (!one_in(8)) count = std::min<std::size_t>(count, 9);
      for (std::size_t i = 0; i < count; ++i) {
        node.offsets.push_back(static_cast<std::uint16_t>(one_in(9) ? random_() : below(40)));
      }
    }
    if (part == Part::kValues) node.keys = one_in(9) ? below(UINT32_MAX) : below(200);
    if (part == Part::kLocals) ++count;
    if (kPairedParts & bit(part)) count *= 2;
    for (std::size_t i = 0; i < count; ++i) edges.push_back(target());
  }

  std::vector<std::uint8_t> value() {
    switch (below(4)) {
      case 0:
        return text_value(std::string(below(30), 'x'));
      case 1:
        return hash_value(below(1000));
      case 2:
        return encoded({.layout = TypeLayout::kFloat, .real = 1.5});
      default:
        return encoded({.layout = TypeLayout::kInt,
                        .integer = static_cast<std::int64_t>(random_() >> below(64))});
    }
  }

  std::vector<std::uint8_t> hash_value(std::uint64_t length) {
    return encoded({.layout = TypeLayout::kStr,
                    .form = TextForm::kHash,
                    .length = length,
                    .hash = random_()});
  }

  std::uint32_t type() {
    constexpr std::uint32_t kTypes[] = {1, 4, 5, 6, 7, 4101, 4102, 8197, 70000};  // slots repeat
    return one_in(30) ? 1 + static_cast<std::uint32_t>(below(UINT32_MAX))
                      : kTypes[below(std::size(kTypes))];
  }

  Address address() {
    if (one_in(40)) return random_() & ~std::uint64_t{7};
    return last_ += 8 * below(40);
  }

  Address target() {
    if (one_in(10)) return 0;
    if (one_in(40)) return random_() & ~std::uint64_t{7};
    if (one_in(2)) return 0x555500000000 + 16 * below(40);
    return last_ + 16 * below(400);
  }

  std::mt19937_64 random_;
  std::vector<NodeCopy> previous_;
  Address last_ = 0x7F1234560000;
};

}  // namespace

std::vector<NodeCopy> random_nodes(std::uint64_t seed, std::size_t count) {
  Source source(seed);
  std::vector<NodeCopy> nodes;
  for (std::size_t i = 0; i < count; ++i) nodes.push_back(source.next());
  return nodes;
}

}  // namespace heapsnap
