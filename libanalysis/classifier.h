// A classifier maps each object of a set to a kind: its type, its size, its module.
//
//     const Result<Classifier> classifier = find_classifier("type,rcs(size)");
//     const Result<Classification> classes = classifier->classify(heap, heap.graph().objects());
//
// Kinds are integers, equal exactly if their objects are of one class; two types of one name are
// two kinds. Names are made when they are printed. Classifying is a pass over the set, or over all
// edges (rcs, via). It fails with kUsage if a selector in it does, or if the snapshot lacks what
// it needs (alloc).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libanalysis/graph.h"
#include "libanalysis/heap.h"
#include "libanalysis/ids.h"
#include "libanalysis/node_set.h"
#include "libanalysis/selector.h"
#include "libsnapshot/result.h"

namespace heapsnap {

// How kinds are called: made when a kind is printed or asked for. What they refer to must outlive
// the classification.
struct KindNames {
  std::function<std::string(KindId)> name;
  // Yields the objects of the kind in the whole graph.
  std::function<Selector(KindId)> selector;
  // Its name in selectors, which tells all kinds apart; unset: the name.
  std::function<std::string(KindId)> key = {};
  // Whether a name in a selector means it; unset: if it matches the key.
  std::function<bool(KindId, const Glob&)> is_called = {};
  // One name for each classifier of a product; unset: the name alone.
  std::function<std::vector<std::string>(KindId)> parts = {};
};

// The kind of each node of a set.
class Classification {
 public:
  Classification(NodeId node_count, KindId kind_count)
      : kind_of_(node_count, kNoKind), kind_count_(kind_count) {}
  Classification(std::vector<KindId> kind_of, KindId kind_count)
      : kind_of_(std::move(kind_of)), kind_count_(kind_count) {}

  void put(NodeId id, KindId kind) { kind_of_[id] = kind; }
  void name_kinds(KindNames names) { names_ = std::move(names); }
  // The set is what this yields, and so much of it is what the selectors of kinds yield.
  void is_of(Selector set) { set_ = std::move(set); }

  KindId kind_of(NodeId id) const { return kind_of_[id]; }  // kNoKind: not in the set
  KindId kind_count() const { return kind_count_; }         // not all need have members

  std::string name(KindId kind) const { return names_.name(kind); }
  std::vector<std::string> parts(KindId kind) const;
  Selector selector(KindId kind) const;
  std::string select(KindId kind) const { return to_text(selector(kind)); }
  std::string key(KindId kind) const { return names_.key ? names_.key(kind) : name(kind); }
  bool is_called(KindId kind, const Glob& name) const;

 private:
  std::vector<KindId> kind_of_;
  KindId kind_count_;
  KindNames names_ = {};
  std::optional<Selector> set_ = {};  // none: its selectors are about the whole graph
};

// Names in one line, with commas between; those that hold commas or quotes are quoted.
std::string joined_names(const std::vector<std::string>& names);

// What may stand in parentheses behind the name of a classifier.
enum class Takes { kNothing, kClassifier, kSelectors };

struct ClassifierEntry {
  std::string_view name;
  std::string_view summary;
  Takes takes;
  bool of_census;  // looks at types and sizes only
  Result<Classification> (*classify)(const Heap& heap, const NodeSet& nodes, const Factor& factor);
};

// What `--by` names: one classifier, or the product of several.
class Classifier {
 public:
  explicit Classifier(std::vector<Factor> factors) : factors_(std::move(factors)) {}
  Result<Classification> classify(const Heap& heap, const NodeSet& nodes) const;
  // Of what a selector yields: the selector of each kind yields exactly its objects in the set.
  Result<Classification> classify(const Heap& heap, const Selector& set) const;
  std::string name() const;  // as find_classifier takes it
  bool is_of_census() const;  // see census.h

 private:
  std::vector<Factor> factors_;  // each names one of classifiers()
};

// All of them, in the order of the documentation.
std::span<const ClassifierEntry> classifiers();
const ClassifierEntry* find_classifier_entry(std::string_view name);  // null: there is none
std::string no_such_classifier(std::string_view name);                // a message

// The classifier of a name, or of several separated by commas. Fails with kUsage.
Result<Classifier> find_classifier(std::string_view text);
std::string to_text(const std::vector<Factor>& factors);

}  // namespace heapsnap
