// Options is what the user asked for: the flags that every command takes, and those of some.
//
// A flag means the same in every command, so each is declared once, here, and a command names
// the ones that it takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/heapsnap/capture_options.h"
#include "apps/heapsnap/run_options.h"
#include "libsnapshot/result.h"

namespace CLI {
class App;
}

namespace heapsnap {

struct Command;

enum class When { kAuto, kAlways, kNever };

struct Options {
  // Every command.
  std::string format = "table";
  std::string output = "-";
  std::size_t limit = 20;  // rows; 0: all
  bool raw_bytes = false;
  bool force = false;
  bool partial = false;
  bool index = false;  // keep what opening found out, and use it
  bool quiet = false;
  bool verbose = false;
  unsigned threads = 0;  // 0: one a processor
  When color = When::kAuto;
  When progress = When::kAuto;

  // Some.
  std::string file;
  std::vector<std::string> files;  // of commands that compare them, the oldest first
  std::string object;
  std::string selector;  // of the set that is asked about
  std::string where;     // of what the answer is about; empty: all
  std::string by = "type";
  std::string sort = "shallow";
  std::string to;
  std::optional<std::size_t> steps;  // from the set that is drawn
  std::optional<std::size_t> drawn;  // nodes at most; 0: all
  bool verify = false;
  bool exit_code = false;  // 1 if there is a difference
  std::vector<std::string> fail_on;  // conditions: exit code 1 if any holds
  std::string baseline;    // a snapshot older than all of files; empty: none
  std::string budget;      // a file of limits; empty: heapsnap.toml
  std::size_t rounds = 0;  // steps in each of which something grows; 0: all
  std::string list;        // which objects are listed, not counted; empty: none
  bool in = false;   // referrers
  bool out = false;  // referents
  std::string from;     // where paths begin; empty: roots
  std::string exclude;  // what they do not enter
  std::vector<std::string> avoid_edges;  // labels that they do not take
  std::vector<std::size_t> avoid_levels;
  std::optional<std::size_t> edges_at;
  std::int64_t first_paths = 0;  // so many; negative: the last; 0: as many as rows
  bool count = false;
  std::size_t depth = 0;   // levels of a tree; of a dominator tree 0: all
  std::string stop;        // where a reference pattern ends; empty: as self_explaining()
  bool immediate = false;  // referrers that no other one leads to
  bool no_cycles = false;
  RunOptions run;
  CaptureOptions capture;

  // Told now and then what is being done, and how much of it is (0 to 1).
  std::function<void(std::string_view stage, double share)> on_progress = nullptr;
  // Told what there is to warn of that is not about the snapshot.
  std::function<void(std::string warning)> on_warning = nullptr;
};

// What a command line asks for: a command with its options, or a text to print (help, version).
struct Request {
  const Command* command = nullptr;
  Options options = {};
  std::string text = {};
};

// Reads a command line, without the program's name. Fails with kUsage.
Result<Request> parse(const std::vector<std::string>& arguments);

// Declarations that commands share.
void take_file(CLI::App& app, Options& options);
void take_files(CLI::App& app, Options& options, std::size_t least);
void take_object(CLI::App& app, Options& options);
void take_selector(CLI::App& app, Options& options);
void take_where(CLI::App& app, Options& options);
void take_by(CLI::App& app, Options& options);
void take_directions(CLI::App& app, Options& options);
void take_path_options(CLI::App& app, Options& options);
void take_top_object(CLI::App& app, Options& options);
void take_depth(CLI::App& app, Options& options);
void take_pattern_options(CLI::App& app, Options& options);
void take_sort(CLI::App& app, Options& options);
void take_to(CLI::App& app, Options& options);
void take_drawing_options(CLI::App& app, Options& options);
void take_verify(CLI::App& app, Options& options);
void take_growth_options(CLI::App& app, Options& options);
void take_fail_on(CLI::App& app, Options& options);
void take_check_options(CLI::App& app, Options& options);
void take_series_sort(CLI::App& app, Options& options);

// For CLI11 to check a text by: what is wrong with it, if anything. CLI11 itself would take -1.
std::function<std::string(const std::string&)> number_of(const std::string& things);

// That it is not empty, or else `expected` is said. What a script gives that has nothing in its
// variable would mean as much as no option at all.
std::function<std::string(const std::string&)> some_text(const std::string& expected);

}  // namespace heapsnap
