#include "libanalysis/identity.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "libanalysis/parallel.h"
#include "libanalysis/same_structure.h"
#include "libanalysis/same_types.h"
#include "libanalysis/survival.h"

namespace heapsnap {
namespace {

// The start of a process is reckoned from two clocks that are read one after the other.
constexpr std::uint64_t kSameStart = 1'000'000'000;

bool agree(const Provenance& a, const Provenance& b, const std::string& fact) {
  return a.facts.contains(fact) && b.facts.contains(fact) &&
         a.facts.at(fact).value == b.facts.at(fact).value;
}

// The command line without folders: the same program may have been checked out twice. The first
// word, the interpreter, has other names in other places.
std::string file_names(std::string_view argv) {
  std::string names;
  const std::size_t begin = argv.find(' ');
  if (begin == argv.npos) return names;
  for (const char c : argv.substr(begin)) {
    if (c == '/') {
      names.erase(names.rfind(' ') + 1);
    } else {
      names += c;
    }
  }
  return names;
}

Identity nobody(const Graph& older, const Graph& newer, IdentityBasis basis) {
  Identity result{basis, Array<NodeId>(older.node_count()), Array<NodeId>(newer.node_count()),
                  NodeSet(newer.node_count())};
  std::ranges::fill(result.newer, kNoNode);
  std::ranges::fill(result.older, kNoNode);
  return result;
}

void pair(Identity& identity, NodeId older, NodeId newer) {
  identity.newer[older] = newer;
  identity.older[newer] = older;
}

// Joins two ranges of nodes in address order.
class AddressJoin {
 public:
  AddressJoin(const Graph& older, const Graph& newer, Identity& identity)
      : older_(older), newer_(newer), types_(same_types(older, newer, IdentityBasis::kAddress)),
        identity_(identity) {}

  void join(NodeId a, NodeId a_end, NodeId b, NodeId b_end) {
    while (a < a_end && b < b_end) {
      const Address at_a = older_.address(a), at_b = newer_.address(b);
      if (at_a == at_b && has_type(a, b)) pair(identity_, a, b);
      a += at_a <= at_b;
      b += at_b <= at_a;
    }
  }

 private:
  bool has_type(NodeId a, NodeId b) const {
    const TypeId type = types_[older_.type_of(a)];
    return type != kNoType && type == newer_.type_of(b);
  }

  const Graph& older_;
  const Graph& newer_;
  std::vector<TypeId> types_;
  Identity& identity_;
};

// An empty list is a container, or none, by whether its type is an edge: so an object may be among
// the containers in one snapshot and among the leaves in the other.
void pair_by_address(const Graph& older, const Graph& newer, Identity& identity) {
  AddressJoin addresses(older, newer, identity);
  const NodeId a_root = older.root(), b_root = newer.root();
  addresses.join(0, a_root, 0, b_root);
  addresses.join(a_root + 1, older.node_count(), b_root + 1, newer.node_count());
  addresses.join(0, a_root, b_root + 1, newer.node_count());
  addresses.join(a_root + 1, older.node_count(), 0, b_root);
  pair(identity, a_root, b_root);
}

void drop_replaced(const Graph& older, const Graph& newer, Identity& identity, unsigned threads) {
  const Array<Survival> judged =
      judge_survival(older, newer, identity.newer, identity.older, threads);
  for (NodeId id = 0; id < older.node_count(); ++id) {
    const NodeId partner = identity.newer[id];
    if (partner == kNoNode) continue;
    if (judged[id] == Survival::kUncertain) identity.uncertain.insert(partner);
    if (judged[id] != Survival::kReplaced) continue;
    identity.newer[id] = kNoNode;
    identity.older[partner] = kNoNode;
  }
}

}  // namespace

bool is_one_program(const Provenance& a, const Provenance& b) {
  return file_names(a.text("argv")) == file_names(b.text("argv"));
}

bool is_one_python(const Provenance& a, const Provenance& b) {
  return a.number("hexversion") >> 16 == b.number("hexversion") >> 16;
}

IdentityBasis basis_of(const Graph& older, const Graph& newer) {
  const Provenance &was = older.provenance(), &is = newer.provenance();
  if (!is_one_program(was, is) || !is_one_python(was, is)) {
    return IdentityBasis::kNames;
  }
  for (const char* fact : {"pid", "host", "hash_key"}) {
    if (!agree(older.provenance(), newer.provenance(), fact)) return IdentityBasis::kStructure;
  }
  const std::uint64_t started = older.provenance().number("start_time_ns");
  const std::uint64_t restarted = newer.provenance().number("start_time_ns");
  const std::uint64_t apart = std::max(started, restarted) - std::min(started, restarted);
  return apart <= kSameStart ? IdentityBasis::kAddress : IdentityBasis::kStructure;
}

Identity identify(const Graph& older, const Graph& newer, unsigned threads) {
  return identify(older, newer, basis_of(older, newer), threads);
}

Identity identify(const Graph& older, const Graph& newer, IdentityBasis basis, unsigned threads) {
  Identity result = nobody(older, newer, basis);
  if (result.basis == IdentityBasis::kStructure) pair_by_structure(older, newer, result);
  if (result.basis != IdentityBasis::kAddress) return result;
  pair_by_address(older, newer, result);
  drop_replaced(older, newer, result, thread_count(threads));
  return result;
}

Identity followed(const Identity& first, const Identity& second) {
  Identity result{first.basis, Array<NodeId>(first.newer.size()),
                  Array<NodeId>(second.older.size()), second.uncertain};
  result.basis = std::max(first.basis, second.basis);
  const auto follow = [](const Array<NodeId>& a, const Array<NodeId>& b, Array<NodeId>& both) {
    for (std::size_t id = 0; id < a.size(); ++id) both[id] = a[id] == kNoNode ? kNoNode : b[a[id]];
  };
  follow(first.newer, second.newer, result.newer);
  follow(second.older, first.older, result.older);
  for (NodeId id = 0; id < result.older.size(); ++id) {
    const NodeId between = second.older[id];
    if (result.older[id] == kNoNode) {
      result.uncertain.erase(id);
    } else if (first.uncertain.contains(between)) {
      result.uncertain.insert(id);
    }
  }
  return result;
}

}  // namespace heapsnap
