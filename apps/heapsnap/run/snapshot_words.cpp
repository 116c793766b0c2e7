#include "apps/heapsnap/run/snapshot_words.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "apps/heapsnap/options.h"
#include "libsnapshot/new_file.h"

namespace heapsnap {
namespace {

tl::unexpected<Error> usage(std::string message) {
  return failure(ErrorCode::kUsage, std::move(message));
}

bool is_folder(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// A device or a pipe.
bool is_special(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

// By anything, also a link that leads nowhere: no file can be given the name.
bool is_taken(const std::string& path) {
  struct stat status = {};
  return lstat(path.c_str(), &status) == 0;
}

bool is_too_long(const std::string& path) {
  struct stat status = {};
  return lstat(path.c_str(), &status) != 0 && errno == ENAMETOOLONG;
}

constexpr pid_t kLargestPid = 1 << 22;  // of Linux

// A % in a program's name is no variable.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '%' ? "%%" : std::string(1, c);
  return result;
}

}  // namespace

Result<NameTemplate> parse_output_name(std::string text, const std::string& program, bool force) {
  const std::string usual = "heapsnap-" + escaped(program) + ".%p.%t.%n.hsnap";
  if (text.empty()) text = usual;
  if (is_folder(text)) text = escaped(text) + (text.ends_with('/') ? "" : "/") + usual;
  const Result<NameTemplate> names = NameTemplate::parse(text);
  if (!names) return names;
  const std::string sample = names->expand({.host = host_name()});
  const std::string folder = folder_of(sample);
  if (!NewFile::create(folder)) {
    const std::string why = errno == ENOTSUP ? "no file can be made there" : std::strerror(errno);
    return usage(fmt::format("cannot write snapshots in {}: {}",
                             folder.empty() ? "this folder" : folder, why));
  }
  if (is_special(sample)) {
    return usage(fmt::format("{} is no ordinary file; give -o the name of a new one", sample));
  }
  if (is_too_long(names->expand({.pid = kLargestPid, .host = host_name()}))) {
    return usage(fmt::format("the name {} is too long for its file system: give -o a shorter one",
                             text));
  }
  if (!names->varies() && !force && is_taken(sample)) {
    return usage(fmt::format("{} exists; --force overwrites it, -o writes another", sample));
  }
  return names;
}

Result<TextOrders> parse_strings(const std::string& policy) {
  constexpr std::string_view kPrefix = "prefix:";
  constexpr std::pair<std::string_view, Strings> kPolicies[] = {{"none", Strings::kNone},
                                                                {"names", Strings::kNames},
                                                                {"keys", Strings::kKeys},
                                                                {"full", Strings::kFull}};
  for (const auto& [name, strings] : kPolicies) {
    if (policy == name) return TextOrders{strings, 0};
  }
  const std::string number = policy.starts_with(kPrefix) ? policy.substr(kPrefix.size()) : "";
  if (!number.empty() && number.size() < 7 &&
      number.find_first_not_of("0123456789") == number.npos) {
    return TextOrders{Strings::kPrefix, static_cast<std::uint32_t>(std::stoul(number))};
  }
  return usage(fmt::format("'{}' is no policy of strings: there are none, names, keys, prefix:N "
                           "and full",
                           policy));
}

Result<std::vector<Fact>> parse_labels(const std::vector<std::string>& labels) {
  std::vector<Fact> facts;
  for (const std::string& label : labels) {
    const std::size_t equals = label.find('=');
    if (equals == label.npos || equals == 0) {
      return usage(fmt::format("'{}' is no label: give K=V", label));
    }
    facts.push_back({"label." + label.substr(0, equals), label.substr(equals + 1)});
  }
  return facts;
}

void take_output_name(CLI::App& app, RunOptions& run) {
  app.add_option("-o", run.output,
                 "a folder, or name of the files: %p pid, %t UTC time, %n number, %h host, %% "
                 "(default: heapsnap-PROGRAM.%p.%t.%n.hsnap)")
      ->check(some_text("expected a name of files"))
      ->type_name("FILE");
}

void take_snapshot_words(CLI::App& app, RunOptions& run) {
  app.add_option("--strings", run.strings, "text to keep: none, names, keys, prefix:N, full (keys)")
      ->type_name("POLICY");
  app.add_option("--label", run.labels, "a label to write into the snapshots; may repeat")
      ->type_name("K=V");
  app.add_option("--level", run.level, "of compression, 1 to 19 (3)")
      ->check(CLI::Range(1, 19))
      ->type_name("N");
}

}  // namespace heapsnap
