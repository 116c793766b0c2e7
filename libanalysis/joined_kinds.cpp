#include "libanalysis/joined_kinds.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <memory>
#include <vector>

namespace heapsnap {
namespace {

enum Side { kOlder, kNewer };

// The kinds of one snapshot that are a row.
using Members = std::vector<KindId>;

struct Group {
  std::map<std::string, Members> of[2];  // by their whole names
};

std::vector<bool> kinds_with_members(const Classification& classes, NodeId node_count) {
  std::vector<bool> used(classes.kind_count());
  for (NodeId id = 0; id < node_count; ++id) {
    if (classes.kind_of(id) != kNoKind) used[classes.kind_of(id)] = true;
  }
  return used;
}

// By the name without addresses.
using Groups = std::map<std::string, Group>;

void add(Groups& groups, Side side, const Classification& classes, NodeId node_count) {
  const std::vector<bool> used = kinds_with_members(classes, node_count);
  for (KindId kind = 0; kind < used.size(); ++kind) {
    if (!used[kind]) continue;
    const std::string name = classes.name(kind);
    groups[without_addresses(name)].of[side][name].push_back(kind);
  }
}

bool same_names(const Group& group) {
  const auto name = [](const auto& entry) -> const std::string& { return entry.first; };
  return std::ranges::equal(group.of[kOlder], group.of[kNewer], {}, name, name);
}

struct JoinedRow {
  std::string name;
  bool is_merged = false;  // of several names
  Members of[2];
};

Members all_of(const std::map<std::string, Members>& named) {
  Members all;
  for (const auto& [name, kinds] : named) all.insert(all.end(), kinds.begin(), kinds.end());
  return all;
}

std::vector<JoinedRow> rows_of(const Groups& groups) {
  std::vector<JoinedRow> rows;
  for (const auto& [name, group] : groups) {
    if (same_names(group)) {
      for (const auto& [whole, kinds] : group.of[kOlder]) {
        rows.push_back({whole, false, {kinds, group.of[kNewer].at(whole)}});
      }
    } else {
      rows.push_back({name, true, {all_of(group.of[kOlder]), all_of(group.of[kNewer])}});
    }
  }
  return rows;
}

Selector any_of(const Classification& classes, const Members& kinds) {
  if (kinds.empty()) return {NamedSet::kNone};
  if (kinds.size() == 1) return classes.selector(kinds[0]);
  Sum sum;
  for (const KindId kind : kinds) {
    sum.of.push_back(classes.selector(kind));
    sum.minus.push_back(false);
  }
  return {std::move(sum)};
}

struct Rows {
  std::vector<JoinedRow> rows;
  Classification of[2];

  // Of whichever has it.
  std::vector<std::string> parts(KindId row) const {
    const Side side = rows[row].of[kNewer].empty() ? kOlder : kNewer;
    std::vector<std::string> parts = of[side].parts(rows[row].of[side][0]);
    if (rows[row].is_merged) {
      for (std::string& part : parts) part = without_addresses(part);
    }
    return parts;
  }
};

Classification by_row(const std::shared_ptr<const Rows>& rows, Side side, NodeId node_count) {
  const Classification& classes = rows->of[side];
  std::vector<KindId> row_of(classes.kind_count(), kNoKind);
  for (KindId row = 0; row < rows->rows.size(); ++row) {
    for (const KindId kind : rows->rows[row].of[side]) row_of[kind] = row;
  }
  Classification result(node_count, static_cast<KindId>(rows->rows.size()));
  for (NodeId id = 0; id < node_count; ++id) {
    const KindId kind = classes.kind_of(id);
    if (kind != kNoKind) result.put(id, row_of[kind]);
  }
  result.name_kinds(
      {.name = [rows](KindId row) { return rows->rows[row].name; },
       .selector =
           [rows, side](KindId row) {
             return any_of(rows->of[side], rows->rows[row].of[side]);
           },
       .parts = [rows](KindId row) { return rows->parts(row); }});
  return result;
}

}  // namespace

JoinedKinds join(Classification older, Classification newer, NodeId older_count,
                 NodeId newer_count) {
  Groups groups;
  add(groups, kOlder, older, older_count);
  add(groups, kNewer, newer, newer_count);
  const auto rows = std::make_shared<const Rows>(
      Rows{rows_of(groups), {std::move(older), std::move(newer)}});
  return {by_row(rows, kOlder, older_count), by_row(rows, kNewer, newer_count)};
}

std::string without_addresses(const std::string& name) {
  std::string result;
  for (std::size_t at = 0; at < name.size();) {
    const bool is_address = at > 0 && name[at - 1] != ' ' && name.compare(at, 3, "@0x") == 0;
    if (!is_address) {
      result += name[at++];
      continue;
    }
    at += 3;
    while (at < name.size() && std::isxdigit(static_cast<unsigned char>(name[at]))) ++at;
  }
  return result;
}

}  // namespace heapsnap
