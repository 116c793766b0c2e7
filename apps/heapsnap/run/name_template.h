// NameTemplate is a file's name with variables in it, as -o of `run`, `capture` and `watch` takes it.
//
//     %p  pid     %t  UTC time, 20250131T143005Z     %n  running number     %h  host     %%  a %
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libsnapshot/result.h"

namespace heapsnap {

struct NameFacts {
  std::int64_t pid = 0;
  std::int64_t time = 0;  // seconds since 1970
  std::uint64_t number = 0;
  std::string host;
};

class NameTemplate {
 public:
  // kUsage: an unknown variable, or one in the folder, which has to be there before the program.
  static Result<NameTemplate> parse(std::string_view text);

  std::string expand(const NameFacts& facts) const;

  // True if the name differs from capture to capture, or is not known before the program runs.
  bool varies() const;
  bool has(char variable) const;

 private:
  explicit NameTemplate(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

std::string host_name();

// "app.hsnap" and 2 make "app.2.hsnap".
std::string numbered(std::string_view path, std::uint64_t number);

}  // namespace heapsnap
