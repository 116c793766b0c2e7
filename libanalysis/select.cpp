// Evaluation of selectors: a function for each kind of test. What is large, such as a classification
// or a dominator tree, is made when a test needs it.
#include <fmt/format.h>

#include <fstream>
#include <string>
#include <utility>

#include "libanalysis/allocated_at.h"
#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/set_kinds.h"
#include "libanalysis/classifiers/type_groups.h"
#include "libanalysis/components.h"
#include "libanalysis/dict_owners.h"
#include "libanalysis/neighbours.h"
#include "libanalysis/reachability.h"
#include "libanalysis/selector.h"
#include "libanalysis/selector_scanner.h"
#include "libanalysis/subtypes.h"

namespace heapsnap {
namespace {

constexpr KindId kMostNames = 100'000;  // that a mistyped one is compared with

// The address on a line of a file of addresses; none on an empty one or a comment.
Result<std::optional<Address>> address_on(const std::string& line) {
  SelectorScanner in("line", line);
  in.skip_blanks();
  if (in.at_end() || in.peek() == '#') return std::nullopt;
  const Address address = in.address();
  in.skip_blanks();
  if (!in.at_end() && in.peek() != '#') in.fail("expected one address a line");
  if (in.failed()) return tl::unexpected(in.error());
  return address;
}

// The lines of a file that may be anything, such as a device without an end.
class AddressFile {
 public:
  AddressFile(const std::string& path, NodeId nodes)
      : file_(path), most_((std::size_t{1} << 20) + 256 * std::size_t{nodes}) {}

  // False at the end, and where there is something to complain of.
  bool read_line() {
    char line[1024];
    file_.getline(line, sizeof line);
    const auto length = static_cast<std::size_t>(file_.gcount());
    read_ += length;
    is_too_long_ = read_ > most_ || (file_.fail() && length == sizeof line - 1);
    line_.assign(line, file_.fail() ? 0 : file_.eof() ? length : length - 1);
    return !is_too_long_ && !file_.fail();
  }
  const std::string& line() const { return line_; }

  bool is_at_end() const { return file_.eof() && !is_too_long_; }
  std::string_view complaint() const {
    if (!is_too_long_) return "cannot be read";
    return read_ > most_ ? "is too long to be a list of addresses of this snapshot"
                         : "is no list of addresses: one of its lines is too long";
  }

 private:
  std::ifstream file_;
  std::size_t most_;
  std::size_t read_ = 0;
  std::string line_ = {};
  bool is_too_long_ = false;
};

class Evaluation {
 public:
  // `missing`: where names that nothing has go; null: they are errors.
  explicit Evaluation(const Heap& heap, std::vector<std::string>* missing = nullptr)
      : heap_(heap), graph_(heap.graph()), missing_(missing) {}

  Result<NodeSet> of(const Selector& selector) const {
    return std::visit([this](const auto& what) { return of(what); }, selector.what);
  }

 private:
  NodeSet none() const { return NodeSet(graph_.node_count()); }
  NodeSet objects_of(const NodeSet& nodes) const { return graph_.objects() & nodes; }

  // For a name that nothing has.
  Result<NodeSet> none_called_so(const Error& error) const {
    if (missing_ == nullptr) return tl::unexpected(error);
    missing_->push_back(error.message);
    return none();
  }

  template <class Test>
  NodeSet where(const Test& test) const {
    NodeSet result = none();
    for (const NodeId id : graph_.objects()) {
      if (test(id)) result.insert(id);
    }
    return result;
  }

  // The objects of kinds of which this is true.
  NodeSet of_kinds(const Classification& classes, const std::vector<bool>& kinds) const {
    return where([&](NodeId id) { return kinds[classes.kind_of(id)]; });
  }

  Result<NodeSet> of(NamedSet set) const {
    switch (set) {
      case NamedSet::kAll: return graph_.objects();
      case NamedSet::kNone: return none();
      case NamedSet::kReachable: return objects_of(heap_.reachable());
      case NamedSet::kUnreachable: return graph_.objects() - heap_.reachable();
      case NamedSet::kHeldByC: return objects_of(root_targets(graph_, {RootKind::kHeldByC}));
      case NamedSet::kRoots: return where([&](NodeId id) { return is_root(id); });
    }
    return none();
  }

  // A root edge, or a thread, an interpreter or a frame without an object, leads to it.
  bool is_root(NodeId id) const {
    for (const NodeId referrer : graph_.referrers(id)) {
      if (!graph_.is_object(referrer)) return true;
    }
    return false;
  }

  Result<NodeSet> of(const AtAddress& at) const {
    NodeSet result = none();
    const NodeId id = graph_.find(at.address);
    if (id == kNoNode) {
      return failure(ErrorCode::kUsage, fmt::format("no object starts at @{:#x}", at.address));
    }
    if (!graph_.is_object(id)) {
      return failure(ErrorCode::kUsage,
                     fmt::format("what starts at @{:#x} is no object but a structure, {}: no set "
                                 "holds it, show and tree take it",
                                 at.address, graph_.type_name(graph_.type_of(id))));
    }
    result.insert(id);
    return result;
  }

  Result<NodeSet> of(const ListedIn& listed) const {
    AddressFile file(listed.path, graph_.node_count());
    NodeSet result = none();
    for (std::size_t number = 1; file.read_line(); ++number) {
      const auto address = address_on(file.line());
      const Result<NodeSet> object = !address   ? tl::unexpected(address.error())
                                     : *address ? of(AtAddress{**address})
                                                : Result<NodeSet>(none());
      if (!object) {
        return failure(ErrorCode::kUsage, fmt::format("{}, line {}: {}", listed.path, number,
                                                      object.error().message));
      }
      result |= *object;
    }
    if (file.is_at_end()) return result;
    return failure(ErrorCode::kUsage, fmt::format("{} {}", listed.path, file.complaint()));
  }

  Result<NodeSet> of(const OfKind& of) const {
    if (of.of.name == "class") return of_class(of.name);
    const auto classes = Classifier({of.of}).classify(heap_, graph_.objects());
    if (!classes) return tl::unexpected(classes.error());
    const auto kinds = called(*classes, of.of, of.name);
    if (!kinds) return none_called_so(kinds.error());
    return of_kinds(*classes, *kinds);
  }

  Result<NodeSet> of_class(const Glob& name) const {
    const Classification by_type = classify_by_type(graph_, graph_.objects());
    const auto types = called(by_type, {.name = "class"}, name);
    if (!types) return none_called_so(types.error());
    return of_kinds(by_type, with_subtypes(graph_, *types));
  }

  // By kind: whether it is called so. It is an error if a plain name is that of none.
  Result<std::vector<bool>> called(const Classification& classes, const Factor& by,
                                   const Glob& name) const {
    std::vector<bool> kinds(classes.kind_count());
    bool occurs = false;
    for (KindId kind = 0; kind < kinds.size(); ++kind) {
      kinds[kind] = classes.is_called(kind, name);
      occurs |= kinds[kind];
    }
    if (occurs || !name.is_plain()) return kinds;
    std::vector<bool> has_members(classes.kind_count());
    for (const NodeId id : graph_.objects()) has_members[classes.kind_of(id)] = true;
    std::vector<std::string> names;
    for (KindId kind = 0; kind < kinds.size() && names.size() < kMostNames; ++kind) {
      if (has_members[kind]) names.push_back(classes.key(kind));
    }
    return no_such_name(to_text({by}), name, names);
  }

  // Immortal objects have no reference count: it is none of any comparison.
  std::optional<std::uint64_t> quantity(Quantity quantity, NodeId id) const {
    switch (quantity) {
      case Quantity::kSize: return graph_.size(id);
      case Quantity::kRetained: return heap_.dominators().retained[id];
      case Quantity::kIn: return graph_.referrers(id).size();
      case Quantity::kOut: return graph_.referents(id).size();
      case Quantity::kDepth: return heap_.depths().depth[id];
      case Quantity::kRefcount: break;
    }
    const std::uint64_t count = graph_.refcount(id);
    return count == 0 ? std::nullopt : std::optional(count);
  }

  Result<NodeSet> of(const Compare& compare) const {
    return where([&](NodeId id) {
      const auto value = quantity(compare.quantity, id);
      return value && holds(compare.comparison, *value, compare.value);
    });
  }

  Result<NodeSet> of(const Between& between) const {
    return where([&](NodeId id) {
      const auto value = quantity(between.quantity, id);
      return value && value >= between.from.value_or(0) &&
             value <= between.to.value_or(UINT64_MAX);
    });
  }

  Result<NodeSet> of(const ReferredVia& via) const {
    const NodeSet found = follow(graph_, NodeSet::all(graph_.node_count()), via.label);
    if (!found.empty() || !via.label.is_plain()) return objects_of(found);
    // No edge has the label. The comparison of sets knows all labels, and so the nearest.
    return of(CompareSets{.of = {.name = "via"}, .names = {via.label}});
  }

  Result<NodeSet> of(const CompareSets& compare) const {
    const Result<SetKinds> kinds = set_kinds(heap_, graph_.objects(), compare.of);
    if (!kinds) return tl::unexpected(kinds.error());
    Result<NodeSet> found = compare_sets(*kinds, compare);
    return found ? std::move(found) : none_called_so(found.error());
  }

  Result<NodeSet> of(const AllocatedAt& at) const {
    const Result<std::vector<bool>> sites = sites_at(graph_, at);
    if (!sites && !graph_.has_sites()) return tl::unexpected(sites.error());
    if (!sites) return none_called_so(sites.error());
    return where([&](NodeId id) { return (*sites)[graph_.site_of(id)]; });
  }

  Result<NodeSet> of(const Apply& apply) const {
    const Result<NodeSet> set = of(apply.to[0]);
    if (!set) return set;
    switch (apply.function) {
      case Function::kReferrers: return objects_of(referrers(graph_, *set));
      case Function::kReferents: return objects_of(referents(graph_, *set));
      case Function::kDominated: return objects_of(retained_set(graph_, *set));
      case Function::kDominator: return dominator(*set);
      case Function::kOwners: return owners(*set);
      case Function::kCycle: return objects_of(cycles_of(graph_, *set));
    }
    return none();
  }

  NodeSet dominator(const NodeSet& set) const {
    NodeSet result = none();
    for (const NodeId id : set) result.insert(immediate_dominator(heap_.dominators(), id));
    return objects_of(result);
  }

  NodeSet owners(const NodeSet& dicts) const {
    NodeSet result = none();
    for (const auto& [dict, owner] : dict_owners(graph_)) {
      if (dicts.contains(dict)) result.insert(owner);
    }
    return objects_of(result);
  }

  Result<NodeSet> of(const Follow& follow) const {
    const Result<NodeSet> from = of(follow.from[0]);
    if (!from) return from;
    const NodeSet found = heapsnap::follow(graph_, *from, follow.label);
    if (!found.empty() || !follow.label.is_plain()) return objects_of(found);
    const Result<NodeSet> elsewhere = of(ReferredVia{follow.label});
    if (!elsewhere) return elsewhere;
    return none();
  }

  Result<NodeSet> of(const ReachableFrom& search) const {
    const Result<NodeSet> from = of(search.from[0]);
    if (!from) return from;
    if (search.bound == Bound::kNone) return objects_of(reachable(graph_, *from));
    const Result<NodeSet> limit = of(search.limit[0]);
    if (!limit) return limit;
    return objects_of(search.bound == Bound::kAvoid ? reachable(graph_, *from, *limit)
                                                    : reachable_until(graph_, *from, *limit));
  }

  Result<NodeSet> of(const Complement& complement) const {
    const Result<NodeSet> inside = of(complement.of[0]);
    if (!inside) return inside;
    return graph_.objects() - *inside;
  }

  Result<NodeSet> of(const Intersection& intersection) const {
    NodeSet result = graph_.objects();
    for (const Selector& operand : intersection.of) {
      const Result<NodeSet> set = of(operand);
      if (!set) return set;
      result &= *set;
    }
    return result;
  }

  Result<NodeSet> of(const Sum& sum) const {
    NodeSet result = none();
    for (std::size_t i = 0; i < sum.of.size(); ++i) {
      const Result<NodeSet> set = of(sum.of[i]);
      if (!set) return set;
      if (sum.minus[i]) {
        result -= *set;
      } else {
        result |= *set;
      }
    }
    return result;
  }

  const Heap& heap_;
  const Graph& graph_;
  std::vector<std::string>* missing_;
};

}  // namespace

Result<NodeSet> select(const Heap& heap, const Selector& selector) {
  return Evaluation(heap).of(selector);
}

Result<NodeSet> select(const Heap& heap, const Selector& selector,
                       std::vector<std::string>& missing) {
  return Evaluation(heap, &missing).of(selector);
}

}  // namespace heapsnap
