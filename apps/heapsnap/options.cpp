#include "apps/heapsnap/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

#include "apps/heapsnap/commands.h"
#include "apps/heapsnap/help.h"
#include "libanalysis/nearest.h"

namespace heapsnap {
namespace {

const std::string kCommon = "Options of every command";
const std::string kVersion = "heapsnap " HEAPSNAP_VERSION;

const std::map<std::string, When> kWhen = {
    {"auto", When::kAuto}, {"always", When::kAlways}, {"never", When::kNever}};

void take_when(CLI::App& app, const std::string& flag, When& value, const std::string& help) {
  app.add_option_function<std::string>(
         flag, [&value](const std::string& text) { value = kWhen.at(text); },
         help + " (auto: on a terminal)")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("auto|always|never");
}

// What is wrong with the name of a format, if anything.
std::function<std::string(const std::string&)> one_of(const std::vector<std::string>& formats) {
  return [formats](const std::string& text) -> std::string {
    if (std::ranges::find(formats, text) != formats.end()) return "";
    const bool of_findings = text == "sarif" || text == "junit" || text == "github";
    return fmt::format("{} is no format of this answer, but {} are{}", text,
                       fmt::join(formats, ", "),
                       of_findings ? fmt::format("; {} is one of diff and check", text) : "");
  };
}

void take_output(CLI::App& app, Options& options, Puts puts) {
  if (puts == Puts::kOneTable || puts == Puts::kManyTables || puts == Puts::kFindings) {
    std::vector<std::string> formats = {"table", "json", "md"};
    if (puts != Puts::kManyTables) formats.insert(formats.begin() + 2, "csv");
    if (puts == Puts::kFindings) formats.insert(formats.end(), {"sarif", "junit", "github"});
    app.add_option("-f,--format", options.format, "how the answer is written")
        ->check(one_of(formats))
        ->type_name(fmt::format("{}", fmt::join(formats, "|")));
    app.add_option("-n", options.limit, "rows at most; 0: all (20)")
        ->check(number_of("rows"))
        ->type_name("N");
    app.add_flag("--bytes", options.raw_bytes, "sizes as plain bytes, not 1.2 MiB");
  }
  app.add_option("-o", options.output, "where the answer goes; -: standard output")
      ->check(some_text("expected a file; - is standard output"))
      ->type_name("FILE");
}

void take_common(CLI::App& app, Options& options, Puts puts) {
  app.option_defaults()->group(kCommon);
  if (answers(puts)) take_output(app, options, puts);
  app.add_flag("--force", options.force, "overwrite files");
  take_when(app, "--color", options.color, "colours; NO_COLOR in the environment: never");
  app.add_flag("-q", options.quiet, "say nothing on standard error but errors");
  app.add_flag("-v", options.verbose, "say more");
  app.set_version_flag("--version", kVersion, "print the version of heapsnap");
  app.option_defaults()->group("Options");
}

// The names of the options of a command, as typed.
std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names = {"--help"};
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

tl::unexpected<Error> usage(const Command& command, const std::string& message) {
  return failure(ErrorCode::kUsage,
                 fmt::format("{} (see: heapsnap {} --help)", message, command.name));
}

tl::unexpected<Error> not_expected(const Command& command, const CLI::App& app,
                                   const std::string& word) {
  if (word.size() < 2 || word[0] != '-') {
    return usage(command, fmt::format("{} takes no argument '{}'", command.name, word));
  }
  const std::vector<std::string> names = option_names(app);
  return usage(command, fmt::format("{} has no option {}{}", command.name, word,
                                    did_you_mean(word, {names.begin(), names.end()})));
}

tl::unexpected<Error> explain(const Command& command, const CLI::App& app,
                              const CLI::ParseError& error) {
  std::vector<std::string> left;
  if (command.puts != Puts::kProgram) left = app.remaining();  // there, it is the program's
  for (const std::string& word : left) {
    if (!word.empty() && word[0] == '-') return not_expected(command, app, word);
  }
  if (!left.empty()) return not_expected(command, app, left.front());
  std::string message = error.what();
  if (const auto end = message.find('\n'); end != std::string::npos) message.resize(end);
  if (const auto end = message.rfind(" is required"); end != std::string::npos) {
    return usage(command, message.substr(0, end) + " is missing");
  }
  if (message.size() > 1 && std::islower(static_cast<unsigned char>(message[1]))) {
    message[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
  }
  return usage(command, message);
}

// What `run` has after its own flags: all words from the first that is not one of them on.
Result<std::vector<std::string>> program_of(const Command& command, const CLI::App& app) {
  std::vector<std::string> words = app.remaining();
  if (!words.empty() && words[0] == "--") {
    words.erase(words.begin());
  } else if (!words.empty() && words[0].size() > 1 && words[0][0] == '-') {
    return not_expected(command, app, words[0]);
  }
  return words;
}

// One value each time an option is given: else a repeatable one takes what follows as well, and
// strips brackets.
void forbid_extra_values(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) option->allow_extra_args(false);
  }
}

Result<Request> parse_command(const Command& command, std::vector<std::string> words) {
  Request request{.command = &command};
  CLI::App app(std::string(command.summary), "heapsnap " + std::string(command.name));
  describe(app, command);
  app.option_defaults()->group("Options");
  command.declare(app, request.options);
  take_common(app, request.options, command.puts);
  forbid_extra_values(app);
  app.prefix_command(command.puts == Puts::kProgram);
  std::reverse(words.begin(), words.end());  // as CLI11 wants it
  try {
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    request.text = help_of(app);
    return request;
  } catch (const CLI::CallForVersion&) {
    request.text = kVersion + "\n";
    return request;
  } catch (const CLI::ParseError& error) {
    return explain(command, app, error);
  }
  if (command.puts == Puts::kProgram) {
    auto program = program_of(command, app);
    if (!program) return tl::unexpected(program.error());
    request.options.run.program = *std::move(program);
  }
  return request;
}

tl::unexpected<Error> no_such_command(const std::string& word) {
  if (word.size() > 6 && word.ends_with(".hsnap")) {
    return failure(ErrorCode::kUsage,
                   fmt::format("'{0}' is no command; to look into that file: heapsnap analyze {0}",
                               word));
  }
  std::vector<std::string_view> names;
  for (const Command& command : commands()) names.push_back(command.name);
  return failure(ErrorCode::kUsage,
                 fmt::format("there is no {} '{}'{} (see: heapsnap --help)",
                             word[0] == '-' ? "option" : "command", word,
                             did_you_mean(word, names)));
}

}  // namespace

Result<Request> parse(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return failure(ErrorCode::kUsage, "");
  const std::string& word = arguments[0];
  if (word == "--version") return Request{.text = kVersion + "\n"};
  if (word == "--help" || word == "-h" || (word == "help" && arguments.size() == 1)) {
    return Request{.text = overview()};
  }
  if (word == "help") return parse({arguments[1], "--help"});
  const Command* command = word.empty() ? nullptr : find_command(word);
  if (command == nullptr) return no_such_command(word.empty() ? " " : word);
  return parse_command(*command, {arguments.begin() + 1, arguments.end()});
}

std::function<std::string(const std::string&)> number_of(const std::string& things) {
  return [things](const std::string& text) -> std::string {
    const bool is_one = !text.empty() && text.size() <= 19 &&
                        text.find_first_not_of("0123456789") == text.npos;
    return is_one ? "" : fmt::format("'{}' is no number of {}, 0 or more", text, things);
  };
}

std::function<std::string(const std::string&)> some_text(const std::string& expected) {
  return [expected](const std::string& text) { return text.empty() ? expected : ""; };
}

namespace {

void take_reading(CLI::App& app, Options& options) {
  app.option_defaults()->group(kCommon);
  app.add_flag("--partial", options.partial, "use what is whole of a damaged file");
  app.add_flag("--index", options.index,
               "keep what opening FILE found out in FILE.index, and use that the next time");
  app.add_option("--threads", options.threads, "threads to work with; 0: one a processor")
      ->check(CLI::Range(0u, 1024u))
      ->type_name("N");
  take_when(app, "--progress", options.progress, "show how far it is");
  app.option_defaults()->group("Options");
}

}  // namespace

void take_file(CLI::App& app, Options& options) {
  app.add_option("FILE", options.file, "a snapshot; -: standard input")->required();
  take_reading(app, options);
}

void take_files(CLI::App& app, Options& options, std::size_t least) {
  app.add_option("FILES", options.files, "snapshots, the oldest first; one may be -")
      ->required()
      ->expected(static_cast<int>(least), CLI::detail::expected_max_vector_size);
  take_reading(app, options);
}

namespace {

std::string is_selector(const std::string& text) {
  return some_text("an empty selector means nothing; all is all objects")(text);
}

// A number of paths from the first, or with a minus from the last.
std::string is_path_count(const std::string& text) {
  const std::string digits = text.substr(text.starts_with('-') ? 1 : 0);
  const bool is_number = !digits.empty() && digits.size() <= 18 &&
                         digits.find_first_not_of("0123456789") == digits.npos;
  const bool is_some = is_number && digits.find_first_not_of('0') != digits.npos;
  return is_some ? "" : fmt::format("'{}' is no number of paths; expected N, or -N for the last N "
                                    "(-n 0 without -k: all)", text);
}

}  // namespace

void take_object(CLI::App& app, Options& options) {
  app.add_option("OBJECT", options.object, "an object's address, as @0x7f21a0c3d40")->required();
}

void take_selector(CLI::App& app, Options& options) {
  app.add_option("SELECTOR", options.selector, "the objects that are meant, as type:app.Node")
      ->check(is_selector)
      ->required();
}

void take_where(CLI::App& app, Options& options) {
  app.add_option("--where", options.where, "only these objects, as 'type:app.Node & size>1k'")
      ->check(is_selector)
      ->type_name("SELECTOR");
}

void take_by(CLI::App& app, Options& options) {
  app.add_option("--by", options.by, "what makes objects one row; A,B: both" +
                                            (options.by.empty() ? "" : " (" + options.by + ")"))
      ->check(some_text("expected a classifier such as type"))
      ->type_name("CLASSIFIER");
}

void take_directions(CLI::App& app, Options& options) {
  CLI::Option* const in = app.add_flag("--in", options.in, "what refers to the objects");
  app.add_flag("--out", options.out, "what the objects refer to")->excludes(in);
}

void take_path_options(CLI::App& app, Options& options) {
  app.add_option("--from", options.from, "where paths begin (at roots)")
      ->check(is_selector)
      ->type_name("SELECTOR");
  app.add_option("-k", options.first_paths, "so many paths; -N: the last N (as many as rows)")
      ->check(is_path_count)
      ->type_name("N");
  CLI::Option* const count =
      app.add_flag("--count", options.count, "how many shortest paths there are, and how long");
  app.add_option("--exclude", options.exclude, "objects that no path enters")
      ->check(is_selector)
      ->type_name("SELECTOR");
  app.add_option("--avoid-edge", options.avoid_edges,
                 "references that no path takes, as .attr or [*]; repeatable")
      ->type_name("LABEL");
  app.add_option("--avoid-level", options.avoid_levels,
                 "the paths that are left without the references at this place of the shortest "
                 "ones, from 0; repeatable")
      ->check(number_of("steps"))
      ->type_name("N");
  app.add_option("--edges-at", options.edges_at,
                 "the references at this place of all shortest paths, from 0")
      ->check(number_of("steps"))
      ->excludes(count)
      ->type_name("N");
}

void take_top_object(CLI::App& app, Options& options) {
  app.add_option("OBJECT", options.object,
                 "the object at the top, as @0x7f21a0c3d40; without: all of the heap")
      ->check(some_text("expected an object's address, such as @0x7f21a0c3d40"));
}

void take_depth(CLI::App& app, Options& options) {
  const std::string normal = options.depth == 0 ? "" : fmt::format(" ({})", options.depth);
  app.add_option("--depth", options.depth,
                 "levels below what it is about, at most; 0: all" + normal)
      ->check(number_of("levels"))
      ->type_name("N");
}

void take_pattern_options(CLI::App& app, Options& options) {
  app.add_option("--stop", options.stop,
                 "go no further at these objects (modules, types, their dicts, code and frames)")
      ->check(is_selector)
      ->type_name("SELECTOR");
  app.add_flag("--imdom", options.immediate,
               "only referrers that roots lead to without another referrer between");
  app.add_flag("--no-cycles", options.no_cycles, "leave out sets that stand above");
}

void take_sort(CLI::App& app, Options& options) {
  app.add_option("--sort", options.sort, "the order of the rows (shallow)")
      ->check(CLI::IsMember({"count", "shallow", "retained", "name"}))
      ->type_name("count|shallow|retained|name");
}

void take_to(CLI::App& app, Options& options) {
  app.add_option("--to", options.to,
                 "the form: one JSON object a line; what Chrome's DevTools open; a drawing for "
                 "Graphviz")
      ->required()
      ->check(CLI::IsMember({"jsonl", "heapsnapshot", "dot"}))
      ->type_name("jsonl|heapsnapshot|dot");
}

void take_drawing_options(CLI::App& app, Options& options) {
  take_where(app, options);
  app.add_option("--depth", options.steps,
                 "dot: so many references away from these objects, either way (1)")
      ->check(number_of("steps"))
      ->type_name("N");
  app.add_option("-n", options.drawn, "dot: nodes at most; 0: all (200)")
      ->check(number_of("nodes"))
      ->type_name("N");
}

void take_growth_options(CLI::App& app, Options& options) {
  app.add_option("--sort", options.sort, "what rows are sorted by the growth of (shallow)")
      ->check(CLI::IsMember({"count", "shallow", "retained", "name"}))
      ->type_name("count|shallow|retained|name");
  app.add_flag("--exit-code", options.exit_code, "exit code 1 if there is a difference");
  app.add_option("--list", options.list,
                 "list the addresses of these objects, for selectors as file:FILE")
      ->check(CLI::IsMember({"added", "gone", "uncertain"}))
      ->type_name("added|gone|uncertain");
}

void take_fail_on(CLI::App& app, Options& options) {
  app.add_option("--fail-on", options.fail_on,
                 "exit code 1 if this holds, as 'type:app.Session count > +10'; repeatable")
      ->type_name("CONDITION");
}

void take_check_options(CLI::App& app, Options& options) {
  app.add_option("--baseline", options.baseline, "the snapshot that growth is counted from")
      ->check(some_text("expected a snapshot"))
      ->type_name("OLD");
  app.add_option("--budget", options.budget, "the file with the limits (heapsnap.toml)")
      ->check(some_text("expected a file of limits"))
      ->type_name("FILE");
  app.add_option("--rounds", options.rounds,
                 "what grows in each of the last N steps, two or more, is a finding; N + 1 snapshots")
      ->type_name("N");
}

void take_series_sort(CLI::App& app, Options& options) {
  app.add_option("--sort", options.sort, "what is shown, and rows are sorted by the growth of "
                                         "(shallow)")
      ->check(CLI::IsMember({"count", "shallow", "name"}))
      ->type_name("count|shallow|name");
}

void take_verify(CLI::App& app, Options& options) {
  app.add_flag("--verify", options.verify, "exit code 3 if anything of the snapshot is missing");
}

}  // namespace heapsnap
