#include "apps/heapsnap/comparison.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "apps/heapsnap/file_order.h"
#include "apps/heapsnap/load.h"
#include "apps/heapsnap/programs.h"
#include "apps/heapsnap/where.h"
#include "libanalysis/partition.h"

namespace heapsnap {
namespace {

Array<std::uint32_t> born_until(std::uint32_t step, const Array<std::uint32_t>& before,
                                const Identity& same) {
  Array<std::uint32_t> born(same.older.size());
  for (std::size_t id = 0; id < born.size(); ++id) {
    born[id] = same.older[id] == kNoNode ? step : before[same.older[id]];
  }
  return born;
}

// Loads the snapshots one after the other.
class Steps {
 public:
  Steps(const Classifier& classifier, const Options& options, Where where)
      : classifier_(classifier), options_(options), where_(std::move(where)) {}

  Result<Compared> run() {
    for (const std::string& file : options_.files) {
      if (auto done = take(for_file(options_, file)); !done) return tl::unexpected(done.error());
    }
    if (auto good = where_.check(options_); !good) return tl::unexpected(good.error());
    return Compared{std::move(*first_), std::move(*last_), std::move(same_), std::move(origins_),
                    std::move(notes_), std::move(series_), std::move(born_)};
  }

 private:
  Result<void> take(const Options& options) {
    Result<Heap> heap = load_whole_heap(options);
    if (!heap) return tl::unexpected(heap.error());
    Report report = heapsnap::report_on(heap->graph(), options, "");
    origins_.push_back(std::move(*report.snapshot));
    for (Note& note : report.notes) {
      notes_.push_back({note.kind, options.file + ": " + note.text});
    }
    if (options_.files.size() > 2) {
      Result<Classification> kinds = where_.classified(*heap, classifier_);
      if (!kinds) return tl::unexpected(kinds.error());
      series_.add(partition(heap->graph(), std::move(*kinds)));
    }
    follow(std::move(*heap));
    return {};
  }

  void follow(Heap heap) {
    const auto step = static_cast<std::uint32_t>(origins_.size() - 1);
    if (!first_) {
      born_ = Array<std::uint32_t>(heap.graph().node_count());
      first_ = std::move(heap);
      return;
    }
    const Heap& before = last_ ? *last_ : *first_;
    Identity same = identify(before.graph(), heap.graph(), options_.threads);
    born_ = born_until(step, born_, same);
    same_ = step == 1 ? std::move(same) : followed(same_, same);
    last_ = std::move(heap);
  }

  const Classifier& classifier_;
  const Options& options_;
  Where where_;
  std::optional<Heap> first_, last_;
  Identity same_;
  std::vector<Origin> origins_;
  std::vector<Note> notes_;
  Series series_;
  Array<std::uint32_t> born_;
};

Cell labels_of(const Graph& graph) {
  constexpr std::string_view kLabel = "label.";
  std::vector<std::string> labels;
  for (const auto& [key, fact] : graph.provenance().facts) {
    if (!key.starts_with(kLabel)) continue;
    labels.push_back(fmt::format("{}={}", key.substr(kLabel.size()),
                                 graph.provenance().text(key)));
  }
  return labels.empty() ? Cell() : Cell(std::move(labels));
}

constexpr std::string_view name_of(IdentityBasis basis) {
  switch (basis) {
    case IdentityBasis::kAddress: return "address";
    case IdentityBasis::kStructure: return "structure";
    case IdentityBasis::kNames: break;
  }
  return "name";
}

Note about_basis(const Compared& compared) {
  const Provenance &was = compared.older.graph().provenance(),
                   &is = compared.newer.graph().provenance();
  if (compared.same.basis == IdentityBasis::kStructure) {
    return {Note::Kind::kSays,
            "two processes: objects are matched by what leads to them, the rest by their number"};
  }
  return {Note::Kind::kWarning, two_programs(was, is).value_or("") +
                                    ": only the numbers of each kind are compared, by name"};
}

}  // namespace

Result<Compared> compare(const Classifier& classifier, const Options& options) {
  Result<Where> where = Where::of(options);
  if (!where) return tl::unexpected(where.error());
  return Steps(classifier, options, std::move(*where)).run();
}

Result<Difference> difference_of(const Compared& compared, const Classifier& classifier,
                                 const Options& options) {
  Result<Where> where = Where::of(options);
  if (!where) return tl::unexpected(where.error());
  Result<Classification> was = where->classified(compared.older, classifier);
  if (!was) return tl::unexpected(was.error());
  Result<Classification> is = where->classified(compared.newer, classifier);
  if (!is) return tl::unexpected(is.error());
  if (compared.origins.size() == 2) {  // of more, all have been asked
    if (auto good = where->check(options); !good) return tl::unexpected(good.error());
  }
  const Graph &older = compared.older.graph(), &newer = compared.newer.graph();
  return difference(older, newer,
                    join(std::move(*was), std::move(*is), older.node_count(), newer.node_count()),
                    compared.same);
}

Table comparison_table(const Compared& compared) {
  return {.name = "comparison",
          .shape = Shape::kRecord,
          .columns = {{"matched_by", "matched by"}, {"old_labels", "from"}, {"new_labels", "to"}},
          .rows = {{std::string(name_of(compared.same.basis)), labels_of(compared.older.graph()),
                    labels_of(compared.newer.graph())}}};
}

Report report_on(const Compared& compared, std::string schema) {
  Report report{.schema = std::move(schema), .older = compared.origins, .notes = compared.notes};
  report.snapshot = std::move(report.older.back());
  report.older.pop_back();
  if (compared.same.basis != IdentityBasis::kAddress) report.notes.push_back(about_basis(compared));
  const auto wrong = out_of_order(compared.origins);
  if (wrong && compared.origins.size() > 2) {  // two may be meant the other way round
    report.notes.push_back({Note::Kind::kWarning, wrong->message});
  }
  return report;
}

}  // namespace heapsnap
