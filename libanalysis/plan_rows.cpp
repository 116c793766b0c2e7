// Large nodes come as a record and continuations. A continuation's slots follow all that came
// before in the row, whatever their part: the form of such a row lists its pieces.

#include <fmt/format.h>

#include <map>
#include <optional>

#include "libanalysis/construction.h"

namespace heapsnap {
namespace {

// Counts of a form whose row has so many edges, that of the open part too.
std::array<std::uint32_t, kPartCount> all_counts(const Form& form, std::size_t edges) {
  auto counts = form.counts;
  const auto open = form.open_part();
  if (!open) return counts;
  std::size_t others = form.type_edge;
  for (const std::uint32_t count : counts) others += count;
  counts[static_cast<std::size_t>(*open)] = static_cast<std::uint32_t>(form.slots(edges) - others);
  return counts;
}

// A row that has continuations, as far as it is known.
class LongRow {
 public:
  LongRow(const Form& form, std::uint32_t degree)
      : form_(form),
        degree_(degree),
        slots_(static_cast<std::uint32_t>(form.slots(degree))),
        offsets_(form.offsets.begin(), form.offsets.end()),
        names_(form.names.begin(), form.names.end()),
        skipped_(form.skipped.begin(), form.skipped.end()) {
    form_.counts = so_far_ = all_counts(form, degree);
  }

  std::uint32_t degree() const { return degree_; }

  // False if the record does not follow the row.
  bool append(const Form& record, std::uint32_t degree, std::uint64_t start) {
    const auto counts = all_counts(record, degree);
    if (!follows(record, start) || record.parts & bit(Part::kWords)) return false;
    for (std::size_t part = 0; part < kPartCount; ++part) {
      if (!(record.parts >> part & 1)) continue;
      const std::uint32_t piece[] = {static_cast<std::uint32_t>(part), so_far_[part], counts[part]};
      continued_.insert(continued_.end(), std::begin(piece), std::end(piece));
      so_far_[part] += counts[part];
    }
    if (record.parts & bit(Part::kValues)) form_.keys = record.keys;
    if (record.parts & bit(Part::kLocals)) form_.code = record.code;
    for (const std::uint32_t slot : record.skipped) skipped_.push_back(slots_ + slot);
    names_.insert(names_.end(), record.names.begin(), record.names.end());
    slots_ += static_cast<std::uint32_t>(record.slots(degree));
    degree_ += degree;
    return true;
  }

  Form form() const {
    Form form = form_;
    form.offsets = offsets_;
    form.names = names_;
    form.skipped = skipped_;
    form.continued = continued_;
    return form;
  }

 private:
  // The first of its parts goes on where it was left.
  bool follows(const Form& record, std::uint64_t start) const {
    if (record.type != form_.type || record.parts == 0) return false;
    const auto part = static_cast<std::size_t>(__builtin_ctz(record.parts));
    const bool by_pair = static_cast<Part>(part) == Part::kMembers;
    return start == std::uint64_t{so_far_[part]} * (by_pair ? 2 : 1);
  }

  Form form_;  // its lists are not used
  std::uint32_t degree_;
  std::uint32_t slots_;
  std::array<std::uint32_t, kPartCount> so_far_ = {};
  std::vector<std::uint32_t> offsets_, names_, skipped_, continued_;
};

using LongRows = std::map<NodeId, LongRow>;

// The row that the record continues, or null.
LongRow* row_of(Construction& c, LongRows& rows, Address address) {
  const NodeId id = c.graph.addresses.find(address);
  if (id >= c.graph.container_count) return nullptr;
  const auto at = rows.find(id);
  if (at != rows.end()) return &at->second;
  const Form form = c.graph.forms.form(c.graph.form[id]);
  return &rows.try_emplace(id, form, c.graph.referents_begin[id + 1]).first->second;
}

Result<void> plan_continuations(Construction& c, LongRows& rows, std::size_t number) {
  const NodeBatch& batch = *c.batches[number];
  std::vector<std::uint32_t>& places = c.continuation_places[number];
  for (const NodeBatch::Continuation& continuation : batch.continuations) {
    const Address address = untagged(batch.address[continuation.record]);
    LongRow* const row = row_of(c, rows, address);
    const FormId form = c.form_ids[number][batch.form[continuation.record]];
    places.push_back(row ? row->degree() : Construction::kNoRow);
    if (row && row->append(c.graph.forms.form(form), batch.degree[continuation.record],
                           continuation.start)) {
      continue;
    }
    places.back() = Construction::kNoRow;
    auto done =
        contradiction(c, fmt::format("more edges of the object at {:#x} do not follow", address));
    if (!done) return done;
  }
  return {};
}

Result<void> add_up_rows(Construction& c) {
  std::uint64_t total = 0;
  for (std::uint32_t& begin : c.graph.referents_begin) {
    total += begin;
    begin = static_cast<std::uint32_t>(total);
  }
  // Together with the root edges, at most one recorded and one derived a node.
  if (total + c.graph.node_count + c.roots.size() < UINT32_MAX) return {};
  return failure(ErrorCode::kUnreadable,
                 fmt::format("{} edges are more than this version can hold", total));
}

}  // namespace

Result<void> plan_rows(Construction& c) {
  LongRows rows;
  c.continuation_places.resize(c.batches.size());
  for (std::size_t i = 0; i < c.batches.size(); ++i) {
    if (auto done = plan_continuations(c, rows, i); !done) return done;
    c.batches[i]->release_columns();
  }
  for (const auto& [id, row] : rows) {
    c.graph.form[id] = c.graph.forms.intern(row.form());
    c.graph.referents_begin[id + 1] = row.degree();
  }
  return add_up_rows(c);
}

}  // namespace heapsnap
