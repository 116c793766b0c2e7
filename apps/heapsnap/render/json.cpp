// One object a report, a line for each row. Units are dropped: bytes, counts and nanoseconds are
// integers. Columns without a key (percentages) are left out.
#include <fmt/format.h>

#include <utility>

#include "apps/heapsnap/render/findings.h"
#include "apps/heapsnap/render/grid.h"
#include "apps/heapsnap/render/printable.h"
#include "apps/heapsnap/render/renderers.h"

namespace heapsnap {
namespace {

struct Json {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(const std::string& text) const { return json_string(text); }
  std::string operator()(const std::vector<std::string>& parts) const {
    std::string text = "[";
    for (const std::string& part : parts) {
      text += (text.size() > 1 ? ", " : "") + json_string(part);
    }
    return text + "]";
  }
  std::string operator()(Bytes bytes) const { return std::to_string(bytes.value); }
  std::string operator()(SignedBytes bytes) const { return std::to_string(bytes.value); }
  std::string operator()(Count count) const { return std::to_string(count.value); }
  std::string operator()(CountChange change) const { return std::to_string(change.value); }
  std::string operator()(BytesChange change) const { return std::to_string(change.value); }
  std::string operator()(PercentChange) const { return "null"; }
  std::string operator()(Percent) const { return "null"; }
  std::string operator()(Number number) const { return std::to_string(number.value); }
  std::string operator()(Nanoseconds time) const { return std::to_string(time.value); }
  std::string operator()(const Counts& counts) const {
    std::string text = "[";
    for (const std::uint64_t value : counts.values) {
      text += (text.size() > 1 ? ", " : "") + std::to_string(value);
    }
    return text + "]";
  }
  std::string operator()(Object object) const { return fmt::format("\"@{:#x}\"", object.address); }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const std::vector<Edge>& edges) const {
    std::string text = "[";
    for (const Edge& edge : edges) {
      text += fmt::format("{}{{\"label\": {}, \"object\": {}, \"type\": {}}}",
                          text.size() > 1 ? ", " : "", json_string(edge.label),
                          edge.object ? (*this)(Object{*edge.object}) : "null",
                          json_string(edge.type));
    }
    return text + "]";
  }
};

// The members of one row, one after the other: {"kind": "str", "old": {"count": 1}}
class Members {
 public:
  explicit Members(std::string text) : text_(std::move(text)) {}

  void add(const std::string& key, const Cell& cell) {
    const std::size_t dot = key.find('.');
    const std::string group = dot == key.npos ? "" : key.substr(0, dot);
    if (group != group_) leave();
    if (text_.back() != '{') text_ += ", ";
    if (group != group_) text_ += json_string(group) + ": {";
    group_ = group;
    text_ += json_string(dot == key.npos ? key : key.substr(dot + 1)) + ": ";
    text_ += std::visit(Json{}, cell);
  }
  std::string finish() {
    leave();
    return std::move(text_) + "}";
  }

 private:
  void leave() {
    if (!group_.empty()) text_ += "}";
    group_.clear();
  }

  std::string text_;   // begins with a brace
  std::string group_;  // whose members are being written; empty: those of the row
};

std::string row_json(const Table& table, const Cells& row) {
  Members members("{");
  for (const std::size_t k : columns_for_scripts(table)) {
    members.add(table.columns[k].key, row[k]);
  }
  return members.finish();
}

// A row of sums: what has no sum is left out.
std::string sums_json(const Table& table, const Cells& row, std::string text) {
  Members members(std::move(text));
  for (const std::size_t k : columns_for_scripts(table)) {
    if (!std::holds_alternative<std::monostate>(row[k])) members.add(table.columns[k].key, row[k]);
  }
  return members.finish();
}

std::string array_json(const Table& table, const std::string& indent) {
  std::string text = "[";
  for (const Cells& row : table.rows) {
    text += (text.size() > 1 ? ",\n" : "\n") + indent + "  " + row_json(table, row);
  }
  return text.size() > 1 ? text + "\n" + indent + "]" : "[]";
}

// The members "rows", "others" and "total".
std::string members_json(const Table& table, const std::string& indent) {
  std::string text = indent + "\"rows\": " + array_json(table, indent) + ",\n";
  text += indent + "\"others\": ";
  text += table.others
              ? sums_json(table, *table.others, fmt::format("{{\"rows\": {}", table.hidden))
              : "null";
  text += ",\n" + indent + "\"total\": ";
  text += table.total ? sums_json(table, *table.total, "{") : "null";
  return text;
}

std::string snapshot_json(const Origin& snapshot) {
  return fmt::format(
      "{{\"file\": {}, \"complete\": {}, \"objects\": {}, \"shallow\": {}, \"python\": {}, "
      "\"pid\": {}, \"time\": {}}}",
      json_string(snapshot.file), snapshot.complete, snapshot.objects, snapshot.shallow,
      json_string(snapshot.python), snapshot.pid ? std::to_string(*snapshot.pid) : "null",
      json_string(snapshot.time));
}

std::string snapshots_json(const std::vector<Origin>& snapshots) {
  std::string text;
  for (const Origin& snapshot : snapshots) {
    text += (text.empty() ? "[\n    " : ",\n    ") + snapshot_json(snapshot);
  }
  return text + "\n  ]";
}

}  // namespace

std::string render_json(const Report& report, const Style&) {
  std::string text = "{\n  \"schema\": " + json_string(report.schema);
  if (report.snapshot) text += ",\n  \"snapshot\": " + snapshot_json(*report.snapshot);
  if (!report.older.empty()) text += ",\n  \"older\": " + snapshots_json(report.older);
  std::string sections;
  for (const Table& table : report.tables) {
    const std::string name = json_string(table.name);
    switch (table.shape) {
      case Shape::kRows:
        text += ",\n" + members_json(table, "  ");
        break;
      case Shape::kSection:
        sections += (sections.empty() ? "\n    " : ",\n    ") + name + ": {\n" +
                    members_json(table, "      ") + "\n    }";
        break;
      case Shape::kRecord:
        text += ",\n  " + name + ": " +
                (table.rows.empty() ? "null" : row_json(table, table.rows[0]));
        break;
      case Shape::kList:
        text += ",\n  " + name + ": " + array_json(table, "  ");
        break;
    }
  }
  if (report.gate) {
    text += ",\n  \"findings\": " + array_json(findings_table(*report.gate), "  ");
    text += ",\n  \"passed\": " + Json{}(report.gate->passed);
  }
  if (!sections.empty()) text += ",\n  \"sections\": {" + sections + "\n  }";
  return text + "\n}\n";
}

}  // namespace heapsnap
