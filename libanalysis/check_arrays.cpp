#include "libanalysis/check_arrays.h"

#include <sys/random.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <tuple>

#include "libanalysis/parallel.h"

namespace heapsnap {
namespace {

class ArraysCheck {
 public:
  ArraysCheck(const GraphArrays& graph, const Dominators& tree, unsigned threads)
      : graph_(graph), tree_(tree), threads_(threads) {}

  // Each relies on those before it.
  std::string_view run() const {
    if (!types_are_known()) return "types";
    if (!exceptions_fit(graph_.size)) return "sizes";
    if (!exceptions_fit(graph_.refcount)) return "reference counts";
    if (!values_are_there()) return "values";
    if (!external_is_sorted()) return "external bytes";
    if (!is_edges(graph_.referents_begin, graph_.referents)) return "references";
    if (!forms_fit()) return "forms";
    if (!weak_edges_are_sorted()) return "weak references";
    if (!roots_are_nodes()) return "roots";
    if (!is_edges(graph_.referrers_begin, graph_.referrers)) return "referrers";
    if (!referrers_are_sorted() || !referrers_are_the_inverse()) return "referrers";
    if (!is_a_tree()) return "dominators";
    if (!all_are_reached()) return "dominators";
    return {};
  }

 private:
  template <class Holds>
  bool all(std::size_t count, const Holds& holds) const {
    std::atomic<bool> result = true;
    parallel_blocks(count, threads_, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        if (holds(i)) continue;
        result = false;
        return;
      }
    });
    return result;
  }

  bool is_target(NodeId id) const { return id < graph_.node_count && id != root(); }
  NodeId root() const { return graph_.container_count; }

  bool types_are_known() const {
    const std::size_t known = graph_.types.size() - 1;
    return graph_.type[root()] == kNoType && graph_.address[root()] == 0 &&
           all(graph_.node_count, [&](std::size_t id) { return graph_.type[id] < known; });
  }

  // Of wide numbers each has its exception, and no other has.
  bool exceptions_fit(const WideColumn& column) const {
    const auto& exceptions = column.exceptions();
    const auto is_wide = [&](NodeId id) { return column.narrow()[id] == WideColumn::kWide; };
    for (std::size_t i = 0; i < exceptions.size(); ++i) {
      const NodeId id = exceptions[i].first;
      if (id >= graph_.node_count || !is_wide(id)) return false;
      if (i > 0 && exceptions[i - 1].first >= id) return false;
    }
    const auto wide = std::ranges::count(column.narrow(), WideColumn::kWide);
    return static_cast<std::size_t>(wide) == exceptions.size();
  }

  bool values_are_there() const {
    return all(graph_.node_count, [this](std::size_t id) {
      const ValueHandle handle = graph_.values[id];
      return handle == 0 || graph_.value_pools.contains(handle);
    });
  }

  bool external_is_sorted() const {
    return std::ranges::is_sorted(graph_.external, {}, &ExternalBytes::node) &&
           std::ranges::all_of(graph_.external,
                               [this](const auto& of) { return of.node < graph_.node_count; });
  }

  bool is_edges(std::span<const std::uint32_t> begin, std::span<const NodeId> ends) const {
    return begin.front() == 0 && begin.back() == ends.size() &&
           all(begin.size() - 1, [&](std::size_t i) { return begin[i] <= begin[i + 1]; }) &&
           all(ends.size(), [&](std::size_t i) { return ends[i] < graph_.node_count; });
  }

  // The slots of rows of a form: at least so many, or just so many.
  struct FormSlots {
    std::size_t fixed = 0, skipped = 0;
    bool is_open = false;
  };

  bool is_form(const Form& form) const {
    if (form.type >= graph_.types.size() - 1 || form.continued.size() % 3 != 0) return false;
    const auto words = form.counts[static_cast<std::size_t>(Part::kWords)];
    if (form.offsets.size() != words) return false;
    if (std::ranges::adjacent_find(form.skipped, std::greater_equal()) != form.skipped.end()) {
      return false;
    }
    for (std::size_t i = 0; i < form.continued_count(); ++i) {
      const ContinuedSlots more = form.continued_slots(i);
      if (static_cast<std::size_t>(more.part) >= kPartCount) return false;
      if (more.part == Part::kWords) return false;  // their offsets end with the record
    }
    return true;
  }

  static FormSlots slots_of(const Form& form) {
    FormSlots slots{.skipped = form.skipped.size(), .is_open = form.open_part().has_value()};
    slots.fixed = form.type_edge;
    for (const std::uint32_t count : form.counts) slots.fixed += count;
    for (std::size_t i = 0; i < form.continued_count(); ++i) {
      slots.fixed += form.continued_slots(i).count;
    }
    const std::size_t last = form.skipped.empty() ? 0 : form.skipped.back() + std::size_t{1};
    if (slots.is_open) slots.fixed = std::max(slots.fixed, last);
    return slots;
  }

  bool forms_fit() const {
    std::vector<FormSlots> forms;
    for (FormId id = 0; id < graph_.forms.size(); ++id) {
      const Form form = graph_.forms.form(id);
      if (!is_form(form)) return false;
      forms.push_back(slots_of(form));
    }
    return all(graph_.container_count, [&](std::size_t id) {
      if (graph_.form[id] >= forms.size()) return false;
      const FormSlots& form = forms[graph_.form[id]];
      const std::size_t slots =
          graph_.referents_begin[id + 1] - graph_.referents_begin[id] + form.skipped;
      return form.is_open ? slots >= form.fixed : slots == form.fixed;
    });
  }

  bool weak_edges_are_sorted() const {
    const auto place = [](const WeakEdge& edge) {
      return std::tuple(edge.source, edge.word, edge.target);
    };
    const auto are_nodes = [this](const WeakEdge& edge) {
      return is_target(edge.source) && is_target(edge.target);
    };
    if (!std::ranges::all_of(graph_.weak, are_nodes)) return false;
    if (!std::ranges::is_sorted(graph_.weak, {}, place)) return false;
    const auto& order = graph_.weak_by_target;
    const auto key = [this](std::uint32_t edge) {
      return std::pair(graph_.weak[edge].target, edge);
    };
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (order[i] >= graph_.weak.size()) return false;
      if (i > 0 && key(order[i - 1]) >= key(order[i])) return false;
    }
    return order.size() == graph_.weak.size();
  }

  bool roots_are_nodes() const {
    return std::ranges::all_of(graph_.root_targets, [this](NodeId id) { return is_target(id); });
  }

  bool referrers_are_sorted() const {
    return all(graph_.node_count, [this](std::size_t id) {
      const auto begin = graph_.referrers.begin() + graph_.referrers_begin[id];
      const auto end = graph_.referrers.begin() + graph_.referrers_begin[id + 1];
      return std::is_sorted(begin, end) && (begin == end || *(end - 1) <= root());
    });
  }

  // Two lists of edges are equal but for their order if the sums of a function of their edges are,
  // whose values nobody could foresee.
  class EdgeSum {
   public:
    explicit EdgeSum(const std::uint64_t (&key)[2]) : key_{key[0], key[1] | 1} {}
    void add(NodeId source, NodeId target) {
      std::uint64_t edge = (std::uint64_t{source} << 32 | target) ^ key_[0];
      edge = (edge ^ edge >> 29) * key_[1];
      edge = (edge ^ edge >> 32) * 0x9E3779B97F4A7C15u;
      sum_ += edge ^ edge >> 29;
    }
    std::uint64_t value() const { return sum_; }

   private:
    std::uint64_t key_[2];
    std::uint64_t sum_ = 0;
  };

  template <class Add>
  std::uint64_t sum_of(const std::uint64_t (&key)[2], std::size_t rows, const Add& add) const {
    std::atomic<std::uint64_t> sum = 0;
    parallel_blocks(rows, threads_, [&](std::size_t begin, std::size_t end) {
      EdgeSum edges(key);
      for (std::size_t i = begin; i < end; ++i) add(edges, static_cast<NodeId>(i));
      sum += edges.value();
    });
    return sum;
  }

  bool referrers_are_the_inverse() const {
    std::uint64_t key[2];
    if (::getrandom(key, sizeof key, 0) != sizeof key) return false;
    std::uint64_t out = sum_of(key, graph_.container_count, [this](EdgeSum& sum, NodeId id) {
      for (auto i = graph_.referents_begin[id]; i < graph_.referents_begin[id + 1]; ++i) {
        sum.add(id, graph_.referents[i]);
      }
    });
    EdgeSum of_root(key);
    for (const NodeId target : graph_.root_targets) of_root.add(root(), target);
    out += of_root.value();
    const std::uint64_t in = sum_of(key, graph_.node_count, [this](EdgeSum& sum, NodeId id) {
      for (auto i = graph_.referrers_begin[id]; i < graph_.referrers_begin[id + 1]; ++i) {
        sum.add(graph_.referrers[i], id);
      }
    });
    const bool nothing_leads_to_the_root =
        graph_.referrers_begin[root()] == graph_.referrers_begin[root() + 1];
    return out == in && nothing_leads_to_the_root &&
           graph_.referents.size() + graph_.root_targets.size() == graph_.referrers.size();
  }

  bool is_a_tree() const {
    const NodeId count = graph_.node_count;
    if (tree_.preorder[0] != root() || tree_.parent[0] != 0 || tree_.subtree_end[0] != count) {
      return false;
    }
    return all(count, [&](std::size_t at) {
      const NodeId id = tree_.preorder[at];
      if (id >= count || tree_.position[id] != at) return false;
      const std::uint32_t parent = tree_.parent[at], end = tree_.subtree_end[at];
      return end > at && (at == 0 || (parent < at && end <= tree_.subtree_end[parent]));
    });
  }

  // In the order of the tree a container comes after the node from which a depth-first search got
  // to it (the nodes that one dominates stand in the order of such a search). So each is reached if
  // each has a referrer that comes before it; and a leaf, if it has any.
  bool all_are_reached() const {
    return all(graph_.node_count, [this](std::size_t id) {
      if (id == root()) return true;
      const auto begin = graph_.referrers.begin() + graph_.referrers_begin[id];
      const auto end = graph_.referrers.begin() + graph_.referrers_begin[id + 1];
      if (id > root()) return begin != end;
      const std::uint32_t own = tree_.position[id];
      return std::any_of(begin, end, [&](NodeId from) { return tree_.position[from] < own; });
    });
  }

  const GraphArrays& graph_;
  const Dominators& tree_;
  const unsigned threads_;
};

}  // namespace

bool addresses_rise(const GraphArrays& graph) {
  const auto rises = [](std::span<const Address> nodes) {
    return std::ranges::adjacent_find(nodes, std::greater_equal()) == nodes.end() &&
           std::ranges::all_of(nodes, [](Address at) { return at == untagged(at); });
  };
  const std::span<const Address> all = graph.address;
  return rises(all.first(graph.container_count)) &&
         rises(all.subspan(graph.container_count + std::size_t{1}));
}

std::string_view contradiction_in(const GraphArrays& graph, const Dominators& tree,
                                  unsigned threads) {
  return ArraysCheck(graph, tree, threads).run();
}

}  // namespace heapsnap
