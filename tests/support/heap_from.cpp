#include "tests/support/heap_from.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <sstream>

#include "libanalysis/graph_builder.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

class PlanText {
 public:
  HeapPlan parse(std::string_view text) {
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) parse_line(line.substr(0, line.find('#')));
    return std::move(plan_);
  }

 private:
  void parse_line(const std::string& line) {
    std::istringstream words(line);
    std::string name, sign;
    if (!(words >> name >> sign)) return;
    if (sign == "=") {
      HeapPlan::Node& node = plan_.nodes[number(name)];
      std::string refs;
      words >> node.type >> node.size;
      if (words >> refs) words >> node.refs.emplace();
      return;
    }
    REQUIRE(sign == "->");
    const std::size_t source = name == "root" ? 0 : number(name);
    for (std::string target; words >> target;) {
      const std::size_t to = number(target);
      (name == "root" ? plan_.roots : plan_.nodes[source].edges).push_back(to);
    }
  }

  std::size_t number(const std::string& name) {
    const auto [at, is_new] = numbers_.try_emplace(name, plan_.nodes.size());
    if (is_new) plan_.nodes.push_back({.name = name});
    return at->second;
  }

  HeapPlan plan_;
  std::map<std::string, std::size_t> numbers_;
};

Address address_of(std::size_t node) { return 0x7F5500000000 + 64 * node; }

std::vector<std::uint64_t> reference_counts(const HeapPlan& plan) {
  std::vector<std::uint64_t> counts(plan.nodes.size());
  for (const HeapPlan::Node& node : plan.nodes) {
    for (const std::size_t target : node.edges) ++counts[target];
  }
  for (const std::size_t root : plan.roots) ++counts[root];
  return counts;
}

}  // namespace

NodeId NamedHeap::operator[](std::string_view name) const {
  if (name == "root") return graph.root();
  const auto at = std::ranges::find(names, name);
  INFO("no node is named " << name);
  REQUIRE(at != names.end());
  return ids[static_cast<std::size_t>(at - names.begin())];
}

std::vector<std::uint8_t> snapshot_of(const HeapPlan& plan) {
  SnapshotBuilder snapshot;
  std::map<std::string, std::uint32_t> types = {
      {"<interpreter>", kInterpreterType}, {"<thread>", kThreadType}, {"<frame>", kFrameType}};
  const auto counts = reference_counts(plan);
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const HeapPlan::Node& node = plan.nodes[i];
    const auto [type, is_new] = types.try_emplace(node.type, 0);
    if (is_new) type->second = snapshot.type(node.type, TypeLayout::kList);
    NodeCopy copy{.address = address_of(i),
                  .type = type->second,
                  .size = node.size,
                  .refcount = node.refs.value_or(std::max<std::uint64_t>(counts[i], 1))};
    for (const std::size_t target : node.edges) {
      copy.edges[Part::kItems].push_back(address_of(target));
    }
    snapshot.node(copy);
  }
  for (const std::size_t root : plan.roots) snapshot.root(RootKind::kThread, address_of(root));
  return snapshot.bytes();
}

NamedHeap heap_of(const HeapPlan& plan) {
  SnapshotReader reader = open_bytes(snapshot_of(plan));
  Result<Graph> graph = build_graph(reader, {.threads = 2});
  INFO((graph ? std::string() : graph.error().message));
  REQUIRE(graph.has_value());
  Heap whole(std::move(*graph));
  const Graph& inside = whole.graph();
  NamedHeap heap{std::move(whole), inside, {}, {}};
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    heap.names.push_back(plan.nodes[i].name);
    heap.ids.push_back(heap.graph.find(address_of(i)));
  }
  return heap;
}

NamedHeap heap_from(std::string_view text) { return heap_of(PlanText().parse(text)); }

// Random numbers are drawn in statements of their own: the order of arguments differs between
// compilers.
HeapPlan random_plan(std::uint64_t seed, std::size_t nodes, std::size_t edges) {
  std::mt19937_64 random(seed);
  const auto below = [&random](std::size_t count) {
    return static_cast<std::size_t>(random() % count);
  };
  HeapPlan plan;
  plan.nodes.resize(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    plan.nodes[i].name = "n" + std::to_string(i);
    plan.nodes[i].size = 16 + 8 * below(8);
  }
  const std::size_t locality = 1 + below(nodes);  // how far edges lead
  for (std::size_t i = 0; i < edges; ++i) {
    const std::size_t from = below(nodes);
    const std::size_t step = below(locality);
    plan.nodes[from].edges.push_back((from + step) % nodes);
  }
  const std::size_t roots = below(3);
  for (std::size_t i = 0; i < roots; ++i) plan.roots.push_back(below(nodes));
  return plan;
}

}  // namespace heapsnap
