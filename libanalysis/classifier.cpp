#include "libanalysis/classifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/product.h"
#include "libanalysis/nearest.h"
#include "libanalysis/python_literal.h"
#include "libanalysis/selector_parser.h"

namespace heapsnap {
namespace {

// A classifier of the graph alone, without arguments.
template <Classification (*classify)(const Graph&, const NodeSet&)>
Result<Classification> plain(const Heap& heap, const NodeSet& nodes, const Factor&) {
  return classify(heap.graph(), nodes);
}

constexpr ClassifierEntry kClassifiers[] = {
    {"type", "by type", Takes::kNothing, true, plain<classify_by_type>},
    {"clodo", "by type, and a dict by the type of its owner", Takes::kNothing, false,
     plain<classify_by_clodo>},
    {"size", "by shallow size", Takes::kNothing, true, plain<classify_by_size>},
    {"id", "each object for itself", Takes::kNothing, false, plain<classify_by_id>},
    {"module", "by the module of the type", Takes::kNothing, true, plain<classify_by_module>},
    {"package", "by the distribution or top-level package of the type", Takes::kNothing, true,
     plain<classify_by_package>},
    {"rcs", "by the set of classes of its referrers", Takes::kClassifier, false, classify_by_rcs},
    {"via", "by the set of labels of the references to it", Takes::kNothing, false, classify_by_via},
    {"alloc", "by file and line of its allocation", Takes::kNothing, false, classify_by_alloc},
    {"root", "by the kind of root that reaches it first", Takes::kNothing, false, classify_by_root},
    {"dominator", "by the type of its immediate dominator", Takes::kClassifier, false,
     classify_by_dominator},
    {"unity", "all objects together", Takes::kNothing, true, plain<classify_by_unity>},
    {"first", "by the first of several selectors that yields it", Takes::kSelectors, false,
     classify_by_first},
};

std::string known_names() {
  std::string names;
  for (const ClassifierEntry& entry : kClassifiers) {
    if (!names.empty()) names += ", ";
    names += entry.name;
  }
  return names;
}

}  // namespace

std::vector<std::string> Classification::parts(KindId kind) const {
  return names_.parts ? names_.parts(kind) : std::vector<std::string>{name(kind)};
}

Selector Classification::selector(KindId kind) const {
  Selector of_kind = names_.selector(kind);
  const bool is_one_object = std::holds_alternative<AtAddress>(of_kind.what);
  return set_ && !is_one_object ? both(*set_, std::move(of_kind)) : of_kind;
}

bool Classification::is_called(KindId kind, const Glob& name) const {
  return names_.is_called ? names_.is_called(kind, name) : name.matches(key(kind));
}

std::string joined_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    const bool plain = name.find_first_of(",'\\") == name.npos;
    text += plain ? name : quoted(name);
  }
  return text;
}

Result<Classification> Classifier::classify(const Heap& heap, const NodeSet& nodes) const {
  std::optional<Classification> result;
  for (const Factor& factor : factors_) {
    auto classes = find_classifier_entry(factor.name)->classify(heap, nodes, factor);
    if (!classes) return classes;
    result = result ? product(std::move(*result), std::move(*classes), nodes) : std::move(*classes);
  }
  return std::move(*result);
}

Result<Classification> Classifier::classify(const Heap& heap, const Selector& set) const {
  const Result<NodeSet> nodes = select(heap, set);
  if (!nodes) return tl::unexpected(nodes.error());
  Result<Classification> result = classify(heap, *nodes);
  if (result) result->is_of(set);
  return result;
}

std::string Classifier::name() const { return to_text(factors_); }

bool Classifier::is_of_census() const {
  return std::ranges::all_of(factors_, [](const Factor& factor) {
    return find_classifier_entry(factor.name)->of_census;
  });
}

std::span<const ClassifierEntry> classifiers() { return kClassifiers; }

const ClassifierEntry* find_classifier_entry(std::string_view name) {
  const auto at = std::ranges::find(kClassifiers, name, &ClassifierEntry::name);
  return at == std::end(kClassifiers) ? nullptr : &*at;
}

std::string no_such_classifier(std::string_view name) {
  std::vector<std::string_view> names;
  for (const ClassifierEntry& entry : kClassifiers) names.push_back(entry.name);
  const std::string nearest = did_you_mean(name, names);
  return fmt::format("'{}' is no classifier{} there are {}", name,
                     nearest.empty() ? ";" : nearest, known_names());
}

Result<Classifier> find_classifier(std::string_view text) {
  Result<std::vector<Factor>> factors = parse_classifier(text);
  if (!factors) return tl::unexpected(factors.error());
  return Classifier(std::move(*factors));
}

}  // namespace heapsnap
