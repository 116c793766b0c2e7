// The commands of heapsnap: one table, in the order in which the help shows them.
//
// A command is a file in commands/ with two functions, and its line in commands.cpp.
#pragma once

#include <span>
#include <string_view>

#include "apps/heapsnap/options.h"
#include "apps/heapsnap/report.h"
#include "libsnapshot/result.h"

namespace heapsnap {

// What a command puts out, which decides the flags that it takes.
enum class Puts {
  kOneTable,    // --format table, json, csv or md
  kFindings,    // one table, and what was found: sarif, junit and github too
  kManyTables,  // all of them but csv
  kText,        // a file of its own format, from Report::document
  kSnapshots,   // nothing on stdout: it writes files itself and declares -o on its own
  kProgram,     // likewise; the words from the first that is no flag of ours on are a program's
};

// Whether it has an answer, and with it the flags of answers.
constexpr bool answers(Puts puts) { return puts != Puts::kSnapshots && puts != Puts::kProgram; }

struct Command {
  std::string_view name;
  std::string_view group;     // the heading in the help
  std::string_view summary;   // one line: lower case, no full stop
  std::string_view examples;  // lines of "  heapsnap ...   what it does"
  Puts puts;
  void (*declare)(CLI::App& app, Options& options);
  Result<Report> (*run)(const Options& options);
};

std::span<const Command> commands();
const Command* find_command(std::string_view name);  // nullptr: there is none

}  // namespace heapsnap
