#include "apps/heapsnap/run/name_template.h"

#include <ctime>

#include <fmt/format.h>
#include <unistd.h>

namespace heapsnap {
namespace {

std::string utc(std::int64_t seconds) {
  const std::time_t time = static_cast<std::time_t>(seconds);
  std::tm parts = {};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string value_of(char variable, const NameFacts& facts) {
  switch (variable) {
    case 'p': return std::to_string(facts.pid);
    case 't': return utc(facts.time);
    case 'n': return std::to_string(facts.number);
    case 'h': return facts.host;
    default: return "%";
  }
}

}  // namespace

Result<NameTemplate> NameTemplate::parse(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') continue;
    const std::string_view variable = text.substr(i, 2);
    if (variable.size() < 2 || std::string_view("ptnh%").find(variable[1]) == text.npos) {
      return failure(ErrorCode::kUsage,
                     fmt::format("'{}' in the name {} is not known: there are %p (pid), %t (time), "
                                 "%n (number), %h (host) and %%",
                                 variable, text));
    }
    if (variable != "%h" && variable != "%%" && text.find('/', i) != text.npos) {
      return failure(ErrorCode::kUsage,
                     fmt::format("'{}' is in the folder of {}, which has to be there before the "
                                 "program runs: put it after the last slash",
                                 variable, text));
    }
    ++i;
  }
  return NameTemplate(std::string(text));
}

std::string NameTemplate::expand(const NameFacts& facts) const {
  std::string name;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '%') {
      name += value_of(text_[++i], facts);
    } else {
      name += text_[i];
    }
  }
  return name;
}

bool NameTemplate::has(char variable) const {
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '%' && text_[++i] == variable) return true;
  }
  return false;
}

bool NameTemplate::varies() const { return has('p') || has('t') || has('n'); }

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

std::string numbered(std::string_view path, std::uint64_t number) {
  const std::size_t name = path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1;
  std::size_t dot = path.rfind('.');
  if (dot == path.npos || dot <= name) dot = path.size();
  return fmt::format("{}.{}{}", path.substr(0, dot), number, path.substr(dot));
}

}  // namespace heapsnap
