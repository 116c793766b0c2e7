// Evaluation of selectors: a function for each kind of test.
#include <fmt/format.h>

#include "libanalysis/reachability.h"
#include "libanalysis/selector.h"

namespace heapsnap {
namespace {

class Evaluation {
 public:
  explicit Evaluation(const Heap& heap) : heap_(heap), graph_(heap.graph()) {}

  Result<NodeSet> of(const Selector& selector) const {
    return std::visit([this](const auto& what) { return of(what); }, selector.what);
  }

 private:
  NodeSet none() const { return NodeSet(graph_.node_count()); }

  Result<NodeSet> of(NamedSet set) const {
    switch (set) {
      case NamedSet::kAll: return graph_.objects();
      case NamedSet::kReachable: return graph_.objects() & heap_.reachable();
      case NamedSet::kUnreachable: return graph_.objects() - heap_.reachable();
      case NamedSet::kHeldByC: return graph_.objects() & root_targets(graph_, {RootKind::kHeldByC});
      default: return none();
    }
  }

  Result<NodeSet> of(const AtAddress& at) const {
    NodeSet result = none();
    const NodeId id = graph_.find(at.address);
    if (id == kNoNode || !graph_.is_object(id)) {
      return failure(ErrorCode::kUsage, fmt::format("no object starts at @{:#x}", at.address));
    }
    result.insert(id);
    return result;
  }

  Result<NodeSet> of(const OfKind& of) const {
    NodeSet result = none();
    for (const NodeId id : graph_.objects()) {
      if (of.name.matches(graph_.type_name(graph_.type_of(id)))) result.insert(id);
    }
    return result;
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

  template <class Other>
  Result<NodeSet> of(const Other&) const {
    return failure(ErrorCode::kUsage, "this selector is not understood yet");
  }

  const Heap& heap_;
  const Graph& graph_;
};

}  // namespace

Result<NodeSet> select(const Heap& heap, const Selector& selector) {
  return Evaluation(heap).of(selector);
}

}  // namespace heapsnap
