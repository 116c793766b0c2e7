// Report is the answer of one command before it is text.
//
// Commands fill it, renderers write it out, main prints. A Cell holds a number with its unit and
// never its text: a table says 1.2 MiB where JSON says 1258291. TableColumn keys are what scripts
// rely on; titles may change. In every table the rows, and the row of what was cut, add up to
// the total.
//
//     Table{.name = "types",
//           .columns = {{"kind", "type"}, {"count"}, {"shallow", "bytes"}},
//           .rows = {{"dict", Count{3}, Bytes{192}}}}
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "apps/heapsnap/finding.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct Bytes {
  std::uint64_t value = 0;
};
struct SignedBytes {  // what is left of a sum, and may be less than nothing
  std::int64_t value = 0;
};
struct Count {
  std::uint64_t value = 0;
};
struct Counts {  // of one thing at several moments. Never summed
  std::vector<std::uint64_t> values = {};
};
struct CountChange {  // what a count grew by: people see its sign
  std::int64_t value = 0;
};
struct BytesChange {  // likewise
  std::int64_t value = 0;
};
struct PercentChange {  // in columns without a key. Of nothing there is none
  std::optional<double> value = std::nullopt;
};
struct Percent {  // in columns without a key
  double value = 0;
};
struct Number {  // one that names something: a pid, a line, a refcount. Never summed or grouped
  std::int64_t value = 0;
};
struct Nanoseconds {
  std::uint64_t value = 0;
};
struct Object {
  std::uint64_t address = 0;
};

// A reference: its label, and the object at its other end. No object: something outside of the heap.
struct Edge {
  std::string label = {};
  std::optional<std::uint64_t> object = std::nullopt;  // address
  std::string type = {};
};

// The alternatives of text are a whole (std::string) and parts (a product's kind, flags).
using Cell = std::variant<std::monostate, std::string, std::vector<std::string>, Bytes,
                          SignedBytes, Count, CountChange, BytesChange, PercentChange, Percent,
                          Number, Nanoseconds, Object, bool, std::vector<Edge>, Counts>;
using Cells = std::vector<Cell>;  // a row

struct TableColumn {
  // Empty: for people only. Columns that follow each other as "old.count", "old.shallow" are one
  // object in JSON.
  std::string key = {};
  std::string title = {};  // empty: the key
  bool detail = false;     // people see it with -v only
  const std::string& heading() const { return title.empty() ? key : title; }
};

// How a table stands in JSON, and how it is laid out as text.
enum class Shape {
  kRows,     // the answer: {"rows", "others", "total"} of the report itself
  kSection,  // one of several: the same, in "sections" under its name
  kRecord,   // one row, an object under its name; as text one line a column
  kList,     // an array of objects under its name
};

struct Table {
  std::string name = {};
  std::string title = {};  // the line above it, if any
  Shape shape = Shape::kRows;
  std::vector<TableColumn> columns = {};
  std::vector<Cells> rows = {};
  std::size_t hidden = 0;                    // rows that -n cut off,
  std::optional<Cells> others = std::nullopt;  // and their sums
  std::optional<Cells> total = std::nullopt;
};

// What every answer says about where it comes from.
struct Origin {
  std::string file;
  bool complete = true;
  std::uint64_t objects = 0;
  std::uint64_t shallow = 0;  // bytes
  std::string python;
  std::optional<std::uint64_t> pid = std::nullopt;
  std::string time;  // UTC, ISO 8601; empty: unknown
  std::uint64_t time_ns = 0;  // the same, exactly
};

// A line for stderr. With -q errors only are said: an exit code other than 0 needs one.
struct Note {
  enum class Kind { kSays, kWarning, kNext, kError } kind = Kind::kSays;
  std::string text;
};

// Takes a piece of text. False: nothing more can be written, so stop.
using Write = std::function<bool(std::string_view)>;

struct Report {
  std::string schema;  // "heapsnap.hist/1"
  std::optional<Origin> snapshot = std::nullopt;
  std::vector<Origin> older = {};  // those that it is compared with, the oldest first
  std::vector<Table> tables = {};
  std::optional<Gate> gate = std::nullopt;  // of commands that find what should not be
  std::vector<Note> notes = {};
  // A command whose answer is a file of its own format writes it here, piece by piece.
  std::function<void(const Write&)> document = nullptr;
  int exit_code = 0;
};

// The table as one of several.
Table section(Table table, std::string name, std::string title);

// Keeps the first `limit` rows (0: all) and folds the rest into `others`, where bytes, counts
// and percentages are summed and all else is empty.
void cut(Table& table, std::size_t limit);

}  // namespace heapsnap
