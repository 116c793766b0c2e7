#include "libanalysis/budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <toml++/toml.h>
#include <utility>

#include "libanalysis/nearest.h"

namespace heapsnap {
namespace {

constexpr std::size_t kMostRounds = 1000;

// Walks a document; the first mistake stays.
class Reading {
 public:
  explicit Reading(std::string file) { budget_.file = std::move(file); }

  Result<Budget> read(std::string_view text) {
    toml::parse_result parsed = toml::parse(text, std::string_view(budget_.file));
    if (!parsed) {
      fail(parsed.error().source(), plain(parsed.error().description()));
    } else {
      document(parsed.table());
    }
    if (error_) return tl::unexpected(*error_);
    std::ranges::sort(budget_.lines, {}, &BudgetLine::line);
    std::ranges::sort(budget_.suppressions, {}, &Suppression::line);
    return std::move(budget_);
  }

 private:
  // toml++ garbles the names of keys that come again.
  static std::string plain(std::string_view description) {
    if (description.find("redefine existing") != description.npos) {
      return "this stands in the file already: write each table and each key once";
    }
    std::string message(description);
    message[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
    return message;
  }

  void fail(const toml::source_region& at, const std::string& message) {
    if (error_) return;
    error_ = Error{ErrorCode::kUsage, fmt::format("{}:{}:{}: {}", budget_.file, at.begin.line,
                                                  at.begin.column, message)};
  }

  void no_such_key(const toml::key& key, std::string_view where,
                   const std::vector<std::string_view>& known) {
    fail(key.source(), fmt::format("there is no key '{}' in {}{}", key.str(), where,
                                   did_you_mean(key.str(), known)));
  }

  void document(const toml::table& table) {
    for (const auto& [key, node] : table) {
      const toml::table* const inside = node.as_table();
      if (key != "budget" && key != "suppress") {
        no_such_key(key, "a budget file", {"budget", "suppress"});
      } else if (inside == nullptr) {
        fail(node.source(), fmt::format("expected a table, as [{}]", key.str()));
      } else if (key == "budget") {
        for (const auto& [of, limits] : *inside) budget_line(of, limits);
      } else {
        for (const auto& [path, why] : *inside) suppression(path, why);
      }
    }
  }

  void budget_line(const toml::key& key, const toml::node& node) {
    BudgetLine line{.key = std::string(key.str()),
                    .line = key.source().begin.line,
                    .column = key.source().begin.column};
    std::optional<Selector> of;
    if (line.key != "total") {
      Result<Selector> selector = parse_selector(line.key);
      if (!selector) return fail(key.source(), selector.error().message);
      of = *std::move(selector);
    }
    const toml::table* const limits = node.as_table();
    if (limits == nullptr) {
      return fail(node.source(), "expected limits, as { count = 200, retained = \"4M\" }");
    }
    for (const auto& [name, value] : *limits) limit(line, of, name, value);
    check(key, line);
    budget_.lines.push_back(std::move(line));
  }

  void limit(BudgetLine& line, const std::optional<Selector>& of, const toml::key& name,
             const toml::node& value) {
    if (name == "each") return each(line, value);
    if (name == "rounds") return rounds(line, value);
    constexpr Gauged kMeasures[] = {Gauged::kCount, Gauged::kShallow, Gauged::kRetained,
                                    Gauged::kRss};
    const auto measure =
        std::ranges::find_if(kMeasures, [&name](Gauged gauged) { return word_of(gauged) == name; });
    if (measure == std::end(kMeasures)) {
      return no_such_key(name, "a budget",
                         {"count", "shallow", "retained", "rss", "rounds", "each"});
    }
    if (of && *measure == Gauged::kRss) {
      return fail(name.source(), "rss is of the whole process: it goes with total");
    }
    const std::optional<std::string> text = limit_text(value);
    if (!text) return;
    const Result<Limit> limit = parse_limit(*text);
    if (!limit) return fail(value.source(), limit.error().message);
    line.conditions.push_back({.of = of, .measure = *measure, .limit = *limit});
  }

  std::optional<std::string> limit_text(const toml::node& value) {
    if (const auto* text = value.as_string()) return text->get();
    if (const auto* number = value.as_integer(); number != nullptr && number->get() >= 0) {
      return fmt::to_string(number->get());
    }
    fail(value.source(), "expected a limit: 200, \"4M\", \"+10\" or \"+10%\"");
    return std::nullopt;
  }

  void each(BudgetLine& line, const toml::node& value) {
    const auto* const yes = value.as_boolean();
    if (yes == nullptr) return fail(value.source(), "expected true or false");
    line.each = yes->get();
  }

  void rounds(BudgetLine& line, const toml::node& value) {
    const auto* const number = value.as_integer();
    if (number == nullptr || number->get() < 1 ||
        number->get() > static_cast<std::int64_t>(kMostRounds)) {
      return fail(value.source(), fmt::format("expected how many steps, 1 to {}", kMostRounds));
    }
    line.rounds = static_cast<std::size_t>(number->get());
  }

  // What the keys of a line are together.
  void check(const toml::key& key, const BudgetLine& line) {
    const bool of_growth = std::ranges::all_of(line.conditions, &Condition::is_of_growth);
    if (line.conditions.empty()) {
      fail(key.source(), "this budget has no limit, such as count = 200 or retained = \"4M\"");
    } else if (line.rounds > 0 && !of_growth) {
      fail(key.source(), "rounds goes with limits of growth, such as count = \"+0\"");
    } else if (line.each && line.key == "total") {
      fail(key.source(), "each goes with a selector, such as type:*");
    }
  }

  void suppression(const toml::key& key, const toml::node& node) {
    Suppression result{.text = std::string(key.str()),
                       .line = key.source().begin.line,
                       .path = with_wildcards(key.str())};
    const toml::table* const inside = node.as_table();
    if (inside == nullptr) {
      return fail(node.source(), "expected { reason = \"why this is no leak\" }");
    }
    for (const auto& [name, value] : *inside) {
      if (name == "reason") {
        if (const auto* text = value.as_string()) result.reason = text->get();
      } else if (name == "until") {
        until(result, value);
      } else {
        no_such_key(name, "a suppression", {"reason", "until"});
      }
    }
    if (result.reason.find_first_not_of(" \t\r\n") == result.reason.npos) fail(key.source(), "a suppression needs a reason = \"...\"");
    budget_.suppressions.push_back(std::move(result));
  }

  void until(Suppression& result, const toml::node& value) {
    const auto* const date = value.as_date();
    if (date == nullptr) return fail(value.source(), "expected a date, such as 2027-06-30");
    const toml::date day = date->get();
    result.until = fmt::format("{:04}-{:02}-{:02}", day.year, day.month, day.day);
  }

  Budget budget_;
  std::optional<Error> error_;
};

}  // namespace

std::size_t BudgetLine::snapshots() const {
  const bool of_growth = std::ranges::any_of(conditions, &Condition::is_of_growth);
  return rounds > 0 ? rounds + 1 : of_growth ? 2 : 1;
}

Result<Budget> parse_budget(std::string_view text, const std::string& file) {
  return Reading(file).read(text);
}

Result<Budget> read_budget(const std::string& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    return failure(ErrorCode::kUsage, fmt::format("cannot read the budget {}: it is a folder", file));
  }
  std::ifstream in(file, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in.good() && !in.eof()) {
    return failure(ErrorCode::kUsage, fmt::format("cannot read the budget {}", file));
  }
  return parse_budget(text, file);
}

}  // namespace heapsnap
