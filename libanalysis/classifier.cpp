#include "libanalysis/classifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "libanalysis/classifiers/all.h"
#include "libanalysis/classifiers/product.h"

namespace heapsnap {
namespace {

constexpr ClassifierEntry kClassifiers[] = {
    {"type", "by type", classify_by_type},
    {"clodo", "by type, and a dict by the type of its owner", classify_by_clodo},
    {"size", "by shallow size", classify_by_size},
    {"id", "each object for itself", classify_by_id},
    {"module", "by the module of the type", classify_by_module},
    {"package", "by the distribution or top-level package of the type", classify_by_package},
    {"unity", "all objects together", classify_by_unity},
};

const ClassifierEntry* find_entry(std::string_view name) {
  const auto at = std::ranges::find(kClassifiers, name, &ClassifierEntry::name);
  return at == std::end(kClassifiers) ? nullptr : &*at;
}

std::string known_names() {
  std::string names;
  for (const ClassifierEntry& entry : kClassifiers) {
    if (!names.empty()) names += ", ";
    names += entry.name;
  }
  return names;
}

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
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

Classification Classifier::classify(const Graph& graph, const NodeSet& nodes) const {
  Classification result = factors_.front()->classify(graph, nodes);
  for (std::size_t i = 1; i < factors_.size(); ++i) {
    result = product(std::move(result), factors_[i]->classify(graph, nodes), nodes);
  }
  return result;
}

std::string Classifier::name() const {
  std::string name;
  for (const ClassifierEntry* factor : factors_) {
    if (!name.empty()) name += ',';
    name += factor->name;
  }
  return name;
}

std::span<const ClassifierEntry> classifiers() { return kClassifiers; }

Result<Classifier> find_classifier(std::string_view names) {
  std::vector<const ClassifierEntry*> factors;
  for (std::string_view rest = names;;) {
    const std::size_t comma = rest.find(',');
    const std::string_view name = without_blanks(rest.substr(0, comma));
    const ClassifierEntry* const entry = find_entry(name);
    if (entry == nullptr) {
      return failure(ErrorCode::kUsage,
                     fmt::format("'{}' is no classifier; there are {}", name, known_names()));
    }
    factors.push_back(entry);
    if (comma == rest.npos) return Classifier(std::move(factors));
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace heapsnap
