// A selector is a set of objects as it is written: `type:app.Node & retained>1M`.
//
//     const Result<Selector> selector = parse_selector("referrers(type:app.Node) - roots");
//     const Result<NodeSet> nodes = select(heap, *selector);
//
// docs/selectors.md has the language. Parsing fails with kUsage and the place of the mistake;
// what is parsed prints as the same selector again. Selecting fails with kUsage where a name
// without a wildcard is that of nothing in the snapshot: it tells the nearest that is. Sets hold
// objects only; a complement is taken in all objects. Most tests are a pass over the nodes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libanalysis/glob.h"
#include "libanalysis/heap.h"
#include "libanalysis/node_set.h"
#include "libsnapshot/format.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct Selector;

// The selectors that one holds: a vector that can be declared before Selector is.
struct Selectors : std::vector<Selector> {
  Selectors();
  Selectors(std::vector<Selector> selectors);
  Selectors(std::initializer_list<Selector> selectors);
  Selectors(const Selectors& other);
  Selectors(Selectors&& other) noexcept;
  Selectors& operator=(const Selectors& other);
  Selectors& operator=(Selectors&& other) noexcept;
  ~Selectors();
};

// One classifier of a product, as it is written: `type`, `rcs(type,size)`, `first(roots; all)`.
struct Factor {
  std::string name;
  std::vector<Factor> by = {};   // rcs and dominator
  Selectors alternatives = {};   // first

  bool operator==(const Factor&) const;
};

enum class NamedSet { kAll, kNone, kReachable, kUnreachable, kHeldByC, kRoots };
enum class Quantity { kSize, kRetained, kRefcount, kIn, kOut, kDepth };
enum class Comparison { kEqual, kNotEqual, kLess, kAtMost, kMore, kAtLeast };
template <class T>
constexpr bool holds(Comparison comparison, T a, T b) {
  switch (comparison) {
    case Comparison::kEqual: return a == b;
    case Comparison::kNotEqual: return a != b;
    case Comparison::kLess: return a < b;
    case Comparison::kAtMost: return a <= b;
    case Comparison::kMore: return a > b;
    case Comparison::kAtLeast: return a >= b;
  }
  return false;
}

enum class Function { kReferrers, kReferents, kDominated, kDominator, kOwners, kCycle };
enum class Bound { kNone, kAvoid, kUntil };

// @0x7f..: the object that starts there.
struct AtAddress {
  Address address = 0;
  bool operator==(const AtAddress&) const = default;
};

// file:ids.txt: the objects whose addresses the file lists.
struct ListedIn {
  std::string path;
  bool operator==(const ListedIn&) const = default;
};

// type:app.*  class:app.Base  clodo:'dict of app.Node'  module:  package:  root:  dominator:
// dominator(clodo):'dict of app.Node'
struct OfKind {
  Factor of = {};  // a classifier, or class
  Glob name = {};
  bool operator==(const OfKind&) const = default;
};

// retained>1M
struct Compare {
  Quantity quantity = Quantity::kSize;
  Comparison comparison = Comparison::kEqual;
  std::uint64_t value = 0;
  bool operator==(const Compare&) const = default;
};

// size:64..128, both ends included
struct Between {
  Quantity quantity = Quantity::kSize;
  std::optional<std::uint64_t> from = {};
  std::optional<std::uint64_t> to = {};
  bool operator==(const Between&) const = default;
};

// via:.cache: what an edge of that label leads to.
struct ReferredVia {
  Glob label = {};
  bool operator==(const ReferredVia&) const = default;
};

// rcs<={list, dict}  via=={.cache}: the set of kinds of an object's referrers, or of the labels
// of the edges to it, against a set of names.
struct CompareSets {
  Factor of = {};
  Comparison comparison = Comparison::kEqual;
  std::vector<Glob> names = {};
  bool operator==(const CompareSets&) const = default;
};

// alloc:app.py:10-20; see allocated_at.h.
struct AllocatedAt {
  Glob file = {};
  std::optional<std::uint64_t> first_line = {};
  std::optional<std::uint64_t> last_line = {};
  bool operator==(const AllocatedAt&) const = default;
};

// referrers(S) and other functions of one set.
struct Apply {
  Function function = Function::kReferrers;
  Selectors to = {};  // one
  bool operator==(const Apply&) const;
};

// follow(S, .attr)
struct Follow {
  Selectors from;  // one
  Glob label = {};
  bool operator==(const Follow&) const;
};

// reachable(S)  reachable(S, avoid T)  reachable(S, until T)
struct ReachableFrom {
  Selectors from;  // one
  Bound bound = Bound::kNone;
  Selectors limit = {};  // one if there is a bound
  bool operator==(const ReachableFrom&) const;
};

// !S
struct Complement {
  Selectors of;  // one
  bool operator==(const Complement&) const;
};

// S & T & ...
struct Intersection {
  Selectors of;  // two or more
  bool operator==(const Intersection&) const;
};

// S | T - U ..., from left to right
struct Sum {
  Selectors of;  // two or more
  std::vector<bool> minus;   // by operand: taken away; the first is not
  bool operator==(const Sum&) const;
};

struct Selector {
  std::variant<NamedSet, AtAddress, ListedIn, OfKind, Compare, Between, ReferredVia, CompareSets,
               AllocatedAt, Apply, Follow, ReachableFrom, Complement, Intersection, Sum>
      what;
  bool operator==(const Selector&) const;
};

// At most so many parentheses, functions and complements stand inside of each other.
inline constexpr int kMaxSelectorDepth = 100;

Result<Selector> parse_selector(std::string_view text);
// a & b: one chain of what they are chains of, and without `all`, which takes nothing away.
Selector both(Selector a, Selector b);
std::string to_text(const Selector& selector);

Result<NodeSet> select(const Heap& heap, const Selector& selector);
// A name that nothing has stands for nothing here, and the message about it is added to `missing`:
// for what is asked of several snapshots, where a class may have come or gone.
Result<NodeSet> select(const Heap& heap, const Selector& selector,
                       std::vector<std::string>& missing);

// A number as it is written, with k, M or G where it is a multiple of one.
std::string number_text(std::uint64_t value);

}  // namespace heapsnap
