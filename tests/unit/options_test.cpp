#include "apps/heapsnap/options.h"

#include <catch2/catch.hpp>

#include "apps/heapsnap/commands.h"

namespace heapsnap {
namespace {

Options options_of(const std::vector<std::string>& words) {
  const Result<Request> request = parse(words);
  REQUIRE(request);
  REQUIRE(request->command != nullptr);
  return request->options;
}

std::string refusal(const std::vector<std::string>& words) {
  const Result<Request> request = parse(words);
  REQUIRE_FALSE(request);
  CHECK(request.error().code == ErrorCode::kUsage);
  CHECK(request.error().message.find('\n') == std::string::npos);
  return request.error().message;
}

TEST_CASE("options stand before and after the file") {
  for (const auto& words : {std::vector<std::string>{"hist", "a.hsnap", "-n", "5", "--by", "size"},
                            std::vector<std::string>{"hist", "-n5", "--by=size", "a.hsnap"}}) {
    const Options options = options_of(words);
    CHECK(options.file == "a.hsnap");
    CHECK(options.limit == 5);
    CHECK(options.by == "size");
  }
}

TEST_CASE("without options a command has its defaults") {
  const Options options = options_of({"hist", "-"});
  CHECK(options.file == "-");
  CHECK(options.limit == 20);
  CHECK(options.by == "type");
  CHECK(options.sort == "shallow");
  CHECK(options.format == "table");
  CHECK(options.output == "-");
  CHECK_FALSE(options.force);
  CHECK(options.color == When::kAuto);
}

TEST_CASE("the name of a command is a file's name behind another") {
  CHECK(options_of({"hist", "show"}).file == "show");
  CHECK(options_of({"hist", "hist"}).file == "hist");
}

TEST_CASE("mistakes are one line that says what was meant") {
  CHECK(refusal({"hsit"}) ==
        "there is no command 'hsit', did you mean 'hist'? (see: heapsnap --help)");
  CHECK(refusal({"--frob"}) == "there is no option '--frob' (see: heapsnap --help)");
  CHECK(refusal({"hist"}) == "FILE is missing (see: heapsnap hist --help)");
  CHECK(refusal({"hist", "a", "--sotr", "count"}) ==
        "hist has no option --sotr, did you mean '--sort'? (see: heapsnap hist --help)");
  CHECK(refusal({"hist", "--frob"}) == "hist has no option --frob (see: heapsnap hist --help)");
  CHECK(refusal({"hist", "a", "b"}) == "hist takes no argument 'b' (see: heapsnap hist --help)");
  CHECK(refusal({"a.hsnap"}) ==
        "'a.hsnap' is no command; to look into that file: heapsnap analyze a.hsnap");
  CHECK(refusal({"hist", "a", "-n", "many"}).find("-n") != std::string::npos);
  CHECK(refusal({"hist", "a", "-n", "-1"}).find("-n") != std::string::npos);
  CHECK(refusal({"hist", "a", "--sort"}).find("--sort") != std::string::npos);
  CHECK(refusal({"hist", "a", "--sort", "color"}).find("color") != std::string::npos);
}

TEST_CASE("a number that is none is told what it is a number of") {
  const std::string tail = " (see: heapsnap hist --help)";
  CHECK(refusal({"hist", "a", "-n", "-1"}) == "-n: '-1' is no number of rows, 0 or more" + tail);
  CHECK(refusal({"hist", "a", "-n", "x"}) == "-n: 'x' is no number of rows, 0 or more" + tail);
  CHECK(refusal({"hist", "a", "-n", "1.5"}) == "-n: '1.5' is no number of rows, 0 or more" + tail);
  CHECK(refusal({"hist", "a", "-n", "99999999999999999999"}) ==
        "-n: '99999999999999999999' is no number of rows, 0 or more" + tail);
  CHECK(refusal({"run", "--keep", "-1", "x.py"}) ==
        "--keep: '-1' is no number of files, 0 or more (see: heapsnap run --help)");
  CHECK(refusal({"paths", "a", "all", "--avoid-level", "-1"}) ==
        "--avoid-level: '-1' is no number of steps, 0 or more (see: heapsnap paths --help)");
  CHECK(refusal({"paths", "a", "all", "--edges-at", "-1"}) ==
        "--edges-at: '-1' is no number of steps, 0 or more (see: heapsnap paths --help)");
  CHECK(options_of({"hist", "a", "-n", "0"}).limit == 0);
  CHECK(options_of({"hist", "a", "-n", "9223372036854775807"}).limit == 9223372036854775807u);
}

TEST_CASE("a format that the answer does not have is refused before any work") {
  CHECK(refusal({"analyze", "a", "-f", "csv"}).find("csv") != std::string::npos);
  CHECK(options_of({"hist", "a", "-f", "csv"}).format == "csv");
}

TEST_CASE("run stops reading at the program, whose flags are its own") {
  const Options options =
      options_of({"run", "--force", "app.py", "--port", "1", "--force", "--help", "--", "x"});
  CHECK(options.force);
  CHECK(options.run.program ==
        std::vector<std::string>{"app.py", "--port", "1", "--force", "--help", "--", "x"});
}

TEST_CASE("an option that may repeat takes one value each time, brackets and all") {
  const Options options =
      options_of({"run", "--label", "a=1", "--label", "b=[2]", "app.py", "--on-signal", "USR1"});
  CHECK(options.run.labels == std::vector<std::string>{"a=1", "b=[2]"});
  CHECK(options.run.on_signal.empty());
  CHECK(options.run.program == std::vector<std::string>{"app.py", "--on-signal", "USR1"});
}

TEST_CASE("the flags of run end at --") {
  CHECK(options_of({"run", "--", "python", "-m", "app", "--", "x"}).run.program ==
        std::vector<std::string>{"python", "-m", "app", "--", "x"});
  CHECK(options_of({"run", "--", "--odd"}).run.program == std::vector<std::string>{"--odd"});
}

TEST_CASE("an unknown flag before the program is not taken for the program") {
  CHECK(refusal({"run", "--frob", "app.py"}) ==
        "run has no option --frob (see: heapsnap run --help)");
}

TEST_CASE("help and version are texts") {
  CHECK(parse({"--version"})->text == "heapsnap " HEAPSNAP_VERSION "\n");
  CHECK(parse({"hist", "--version"})->text == "heapsnap " HEAPSNAP_VERSION "\n");
  CHECK(parse({"run", "app.py", "--version"})->text.empty());  // the program's
  const std::string overview = parse({"--help"})->text;
  CHECK(parse({"help"})->text == overview);
  CHECK(parse({"-h"})->text == overview);
  for (const Command& command : commands()) {
    const std::string name(command.name);
    INFO(name);
    CHECK(overview.find("  " + name + " ") != std::string::npos);
    const std::string text = parse({name, "--help"})->text;
    CHECK(text == parse({"help", name})->text);
    CHECK(text.find("Usage: heapsnap " + name) != std::string::npos);
    CHECK(text.find("Examples:\n  ") != std::string::npos);
  }
}

}  // namespace
}  // namespace heapsnap
