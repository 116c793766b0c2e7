#include "tests/bench/synthetic_heap.h"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "libsnapshot/snapshot_writer.h"
#include "tests/bench/synthetic_addresses.h"

namespace heapsnap {
namespace {

using Edges = std::vector<Address>;

enum Type : std::uint32_t {
  kTypeType = kFirstType,
  kObject,
  kStr,
  kInt,
  kFloat,
  kList,
  kDict,
  kTuple,
  kFunction,
  kCell,
  kFirstClass,  // of the program's own
};
constexpr std::uint32_t kClasses = 619;
constexpr std::uint64_t kTypeSize = 1064;

class SyntheticHeap {
 public:
  SyntheticHeap(Sink& sink, const SyntheticOptions& options)
      : out_(sink, options.level), dense_(options.dense) {
    add_types();
    for (int i = 0; i < 1024; ++i) constants_.push_back(leaf(kStr, 56));
    for (int i = 0; i < 256; ++i) constants_.push_back(leaf(kInt, 28, 0));
    groups_.push_back(list(constants_));
    shared_.assign(kShared, groups_.front());
  }

  void write(std::uint64_t objects) {
    while (objects_ < objects) write_round();
    close_group();
    groups_.push_back(chain_);
    out_.add(RootRecord{RootKind::kInterpreter, list(groups_), "modules"});
  }

  Result<void> finish() { return out_.finish(); }

 private:
  static constexpr std::size_t kShared = std::size_t{1} << 16;
  static constexpr std::size_t kGroup = 5000;

  // Shapes, one of each a round.

  void write_round() {
    keep(record());
    keep(instance());
    keep(tree());
    keep(closure());
    keep(dict({leaf(kInt, 28), leaf(kFloat, 24), constant(), leaf(kFloat, 24)}));
    keep(row(18, 30));
    extend_chain();
    // A few objects are known to many, and not always the same.
    shared_[skewed(kShared)] = group_[group_.size() - 1 - below(5)];
    if (group_.size() >= kGroup) close_group();
  }

  Address record() {
    const Address home = dict({constant(), leaf(kStr, 54), constant(), leaf(kInt, 28)});
    const Address roles = list({constant(), constant(), leaf(kStr, 58)});
    const Address date = tuple({constant(), constant(), constant()});
    return dict({constant(), leaf(kInt, 28), constant(), leaf(kStr, 56), constant(),
                 leaf(kStr, 66), constant(), roles, constant(), date, constant(), home});
  }

  Address instance() {
    const std::uint32_t type = any_class();
    const Address tags = list({constant()});
    return object(block(56), type, 56, {leaf(kFloat, 24), leaf(kFloat, 24), tags});
  }

  // An element and its four children with one child each, all with a parent.
  Address tree() {
    const std::uint32_t type = any_class();
    const Address top = block(64);
    Edges children;
    for (int i = 0; i < 4; ++i) {
      const Address child = block(64), grandchild = block(64);
      element(grandchild, type, child, {});
      element(child, type, top, {grandchild});
      children.push_back(child);
    }
    element(top, type, constant(), children);
    return top;
  }

  void element(Address at, std::uint32_t type, Address parent, const Edges& children) {
    object(at, type, 64, {parent, leaf(kStr, 58), list(children)});
  }

  Address closure() {
    const Address cell = container(kCell, 40, Part::kWords, {list({leaf(kInt, 28)})});
    return container(kFunction, 152, Part::kWords, {shared(), constant(), tuple({cell})});
  }

  Address row(int own, int common) {
    Edges items;
    for (int i = 0; i < own; ++i) items.push_back(i % 3 ? leaf(kFloat, 24) : leaf(kStr, 53));
    for (int i = 0; i < common; ++i) items.push_back(constant());
    return list(items);
  }

  void extend_chain() {
    const std::uint32_t type = kFirstClass;
    chain_ = object(block(48), type, 48, {chain_, shared(), leaf(kStr, 56)});
  }

  // Objects.

  Address object(Address at, std::uint32_t type, std::uint64_t size, Edges fields) {
    if (dense_) fields.push_back(links());
    return write_node(at, type, size, Part::kWords, fields);
  }

  Address links() {
    Edges found;
    for (int i = 0; i < 11; ++i) found.push_back(shared());
    return tuple(found);
  }

  Address list(const Edges& items) {
    return container(kList, 56 + 8 * items.size(), Part::kItems, items);
  }
  Address tuple(const Edges& items) {
    return container(kTuple, 40 + 8 * items.size(), Part::kItems, items);
  }
  Address dict(const Edges& pairs) {
    return container(kDict, pairs.size() > 10 ? 352 : 184, Part::kMap, pairs);
  }
  Address container(std::uint32_t type, std::uint64_t size, Part part, const Edges& edges) {
    return write_node(block(size), type, size, part, edges);
  }

  Address leaf(std::uint32_t type, std::uint64_t size, std::uint64_t refcount = 1) {
    NodeRecord node;
    node.address = addresses_.take(size);
    node.type = type;
    node.size = size;
    node.refcount = refcount;
    out_.add(node);
    ++objects_;
    return node.address;
  }

  // Of an object that the collector knows: its header comes first.
  Address block(std::uint64_t size) { return addresses_.take(size + 16) + 16; }

  Address write_node(Address at, std::uint32_t type, std::uint64_t size, Part part,
                     const Edges& edges) {
    static constexpr std::uint16_t kOffsets[] = {2, 3, 4, 5, 6};
    NodeRecord node;
    node.address = at;
    node.type = type;
    node.size = size;
    node.refcount = 1;
    node.flags = kTracked | (type >= kFirstClass ? kTypeEdge : 0);
    node.parts = bit(part);
    node.counts[static_cast<std::size_t>(part)] =
        static_cast<std::uint32_t>(part == Part::kMap ? edges.size() / 2 : edges.size());
    node.offsets = kOffsets;
    node.edges = edges.data();
    out_.add(node);
    ++objects_;
    return at;
  }

  void keep(Address top) { group_.push_back(top); }

  void close_group() {
    groups_.push_back(list(group_));
    group_.clear();
  }

  // Types.

  void add_types() {
    const std::pair<const char*, TypeLayout> builtins[] = {
        {"type", TypeLayout::kType},   {"object", TypeLayout::kOther},
        {"str", TypeLayout::kStr},     {"int", TypeLayout::kInt},
        {"float", TypeLayout::kFloat}, {"list", TypeLayout::kList},
        {"dict", TypeLayout::kDict},   {"tuple", TypeLayout::kTuple},
        {"function", TypeLayout::kFunction}, {"cell", TypeLayout::kCell}};
    const char* structures[] = {"<interpreter>", "<thread>", "<frame>"};
    out_.add(Fact{"implementation", std::string("cpython")});
    out_.add(Fact{"method", std::string("agent")});
    for (std::uint32_t i = 0; i < std::size(structures); ++i) {
      out_.add(TypeRecord{
          .id = 1 + i, .layout = TypeLayout::kStructure, .qualname = structures[i]});
    }
    type_address_ = block(kTypeSize);
    add_type(type_address_, kTypeType, "builtins", "type", TypeLayout::kType, 0);
    Edges fixed = {type_address_};
    for (std::uint32_t i = 1; i < std::size(builtins); ++i) {
      fixed.push_back(block(kTypeSize));
      add_type(fixed.back(), kFirstType + i, "builtins", builtins[i].first, builtins[i].second,
               type_address_);
    }
    for (std::uint32_t i = 0; i < kClasses; ++i) {
      fixed.push_back(block(kTypeSize));
      add_type(fixed.back(), kFirstClass + i, "program", "Class" + std::to_string(i),
               TypeLayout::kOther, fixed[1]);
    }
    groups_.push_back(list(fixed));
  }

  void add_type(Address at, std::uint32_t id, std::string module, std::string name,
                TypeLayout layout, Address base) {
    out_.add(TypeRecord{.id = id,
                        .address = at,
                        .metatype = type_address_,
                        .base = base,
                        .layout = layout,
                        .module = std::move(module),
                        .qualname = std::move(name)});
    write_node(at, kTypeType, kTypeSize, Part::kWords, {base});
  }

  // Chance.

  std::uint64_t below(std::uint64_t count) { return random_() % count; }

  // Small numbers are frequent: each number of bits is as likely as another.
  std::uint64_t skewed(std::uint64_t count) {
    const std::uint64_t bits = below(20);
    return below(std::uint64_t{1} << bits) % count;
  }

  Address constant() { return constants_[skewed(constants_.size())]; }
  Address shared() { return shared_[skewed(kShared)]; }
  std::uint32_t any_class() { return kFirstClass + static_cast<std::uint32_t>(skewed(kClasses)); }

  SnapshotWriter out_;
  const bool dense_;
  std::mt19937_64 random_;
  SyntheticAddresses addresses_;
  std::uint64_t objects_ = 0;
  Address type_address_ = 0;
  Address chain_ = 0;  // its newest link
  Edges constants_;
  Edges shared_;
  Edges group_;   // what waits for a list to hold it
  Edges groups_;  // those lists
};

}  // namespace

Result<void> write_synthetic_heap(Sink& sink, const SyntheticOptions& options) {
  SyntheticHeap heap(sink, options);
  heap.write(options.objects);
  return heap.finish();
}

}  // namespace heapsnap
