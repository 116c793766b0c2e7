// The formats of --format: each makes the text of a whole report. Same report, same text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "apps/heapsnap/report.h"

namespace heapsnap {

struct Style {
  bool raw = false;       // sizes and counts as digits only
  bool verbose = false;   // columns of detail too
  bool color = false;     // ANSI escapes
  std::size_t width = 0;  // columns of the terminal; 0: lines are never cut
};

std::string render_table(const Report& report, const Style& style);
std::string render_json(const Report& report, const Style& style);
std::string render_csv(const Report& report, const Style& style);
std::string render_markdown(const Report& report, const Style& style);
// Of what was found alone.
std::string render_sarif(const Report& report, const Style& style);
std::string render_junit(const Report& report, const Style& style);
std::string render_github(const Report& report, const Style& style);

using Render = std::string (*)(const Report& report, const Style& style);
Render find_renderer(std::string_view format);  // nullptr: there is no such format

}  // namespace heapsnap
