#include "apps/heapsnap/help.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <sstream>

#include "apps/heapsnap/commands.h"

namespace heapsnap {
namespace {

constexpr std::size_t kColumn = 28;  // where the descriptions of options begin
constexpr std::size_t kWidth = 80;

// Appends the words, broken into lines that begin at kColumn.
void append_wrapped(std::string& out, const std::string& text) {
  std::size_t at = kColumn;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (at > kColumn && at + 1 + word.size() > kWidth) {
      out += "\n" + std::string(kColumn, ' ');
      at = kColumn;
    } else if (at > kColumn) {
      out += ' ';
      ++at;
    }
    out += word;
    at += word.size();
  }
}

// The parts of CLI11's help in the order and words of this program.
class HelpText : public CLI::Formatter {
 public:
  HelpText() { label("Positionals", "Arguments"); }
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    const std::string left =
        "  " + option->get_name(is_positional, true) + make_option_opts(option);
    std::string text = fmt::format("{:<{}}", left, kColumn);
    if (left.size() + 1 >= kColumn) text = left + "\n" + std::string(kColumn, ' ');
    append_wrapped(text, option->get_description());
    return text + "\n";
  }
  std::string make_description(const CLI::App* app) const override {
    return fmt::format("{}: {}\n\n", app->get_name(), app->get_description());
  }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    std::string text = "Usage: " + (name.empty() ? app->get_name() : name);
    for (const CLI::Option* option : app->get_options()) {
      if (option->get_positional()) text += " " + option->get_name(true);
    }
    text += app->get_prefix_command() ? " [OPTIONS] [--] PROGRAM [ARGUMENTS]" : " [OPTIONS]";
    return text + "\n";
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_positional() || option->get_type_size() == 0) return "";
    const std::string name = option->get_type_name();  // behind a colon: what is valid
    return " " + name.substr(0, name.find(':'));
  }
  std::string make_footer(const CLI::App* app) const override {
    return app->get_footer().empty() ? "" : "\nExamples:\n" + app->get_footer() + "\n";
  }
};

}  // namespace

std::string overview() {
  std::string text =
      "heapsnap: complete, exact snapshots of the heap of Python programs, and answers from them\n"
      "\n"
      "Usage: heapsnap COMMAND [OPTIONS]\n";
  std::string_view group;
  for (const Command& command : commands()) {
    if (command.group != group) text += fmt::format("\n{}:\n", command.group);
    group = command.group;
    text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  }
  text +=
      "\n"
      "Begin with:\n"
      "  heapsnap run -o app.hsnap app.py    run a program, take a snapshot when it ends\n"
      "  heapsnap analyze app.hsnap          what fills its heap, on one page\n"
      "  heapsnap COMMAND --help             the options of a command, with examples\n"
      "\n"
      "Exit codes: 0 done, 1 a condition that you asked about holds, 2 usage or output,\n"
      "3 the file cannot be read or is damaged, 4 the capture failed,\n"
      "5 that Python is not supported, 70 a fault of heapsnap's own.\n";
  return text;
}

std::string help_of(const CLI::App& app) {
  std::string text = app.help();
  for (std::size_t at; (at = text.find("\n\n\n")) != std::string::npos;) text.erase(at, 1);
  return text;
}

void describe(CLI::App& app, const Command& command) {
  app.formatter(std::make_shared<HelpText>());
  app.set_help_flag("-h,--help", "this text");
  app.footer(std::string(command.examples));
}

}  // namespace heapsnap
