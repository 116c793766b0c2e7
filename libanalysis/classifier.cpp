#include "libanalysis/classifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/product.h"
#include "libanalysis/selector_parser.h"

namespace heapsnap {
namespace {

// A classifier of the graph alone, without arguments.
template <Classification (*classify)(const Graph&, const NodeSet&)>
Result<Classification> plain(const Heap& heap, const NodeSet& nodes, const Factor&) {
  return classify(heap.graph(), nodes);
}

constexpr ClassifierEntry kClassifiers[] = {
    {"type", "by type", Takes::kNothing, plain<classify_by_type>},
    {"clodo", "by type, and a dict by the type of its owner", Takes::kNothing,
     plain<classify_by_clodo>},
    {"size", "by shallow size", Takes::kNothing, plain<classify_by_size>},
    {"id", "each object for itself", Takes::kNothing, plain<classify_by_id>},
    {"module", "by the module of the type", Takes::kNothing, plain<classify_by_module>},
    {"package", "by the distribution or top-level package of the type", Takes::kNothing,
     plain<classify_by_package>},
    {"unity", "all objects together", Takes::kNothing, plain<classify_by_unity>},
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

void Classification::name_kinds(Names name, Names select) {
  parts_ = [name = std::move(name)](KindId kind) { return std::vector<std::string>{name(kind)}; };
  select_ = std::move(select);
}

void Classification::name_kinds(Parts parts, Names select) {
  parts_ = std::move(parts);
  select_ = std::move(select);
}

std::string Classification::name(KindId kind) const {
  std::string name;
  for (const std::string& part : parts(kind)) {
    if (!name.empty()) name += ", ";
    name += part;
  }
  return name;
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

std::string Classifier::name() const { return to_text(factors_); }

std::span<const ClassifierEntry> classifiers() { return kClassifiers; }

const ClassifierEntry* find_classifier_entry(std::string_view name) {
  const auto at = std::ranges::find(kClassifiers, name, &ClassifierEntry::name);
  return at == std::end(kClassifiers) ? nullptr : &*at;
}

std::string no_such_classifier(std::string_view name) {
  return fmt::format("'{}' is no classifier; there are {}", name, known_names());
}

Result<Classifier> find_classifier(std::string_view text) {
  Result<std::vector<Factor>> factors = parse_classifier(text);
  if (!factors) return tl::unexpected(factors.error());
  return Classifier(std::move(*factors));
}

}  // namespace heapsnap
