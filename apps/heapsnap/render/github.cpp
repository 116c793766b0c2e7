// Workflow commands of GitHub Actions: an annotation for each finding, at its line.
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "apps/heapsnap/render/findings.h"
#include "apps/heapsnap/render/printable.h"
#include "apps/heapsnap/render/renderers.h"

namespace heapsnap {
namespace {

// What would end the message, or, in a property, the property.
std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : printable(text)) {
    if (special.find(c) != special.npos) {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string message(std::string_view text) { return escaped(text, "%\r\n"); }
std::string property(std::string_view text) { return escaped(text, "%\r\n:,"); }

std::string annotation(const Finding& finding) {
  std::string properties;
  if (!finding.file.empty()) {
    properties = fmt::format("file={},line={},", property(finding.file), finding.line);
  }
  return fmt::format("::{} {}title={}::{}\n", finding.suppressed ? "notice" : "error", properties,
                     property("heapsnap: " + name_of(finding)),
                     message(fmt::format("{}{}; signature {}",
                                         finding.suppressed
                                             ? fmt::format("suppressed ({}): ", *finding.suppressed)
                                             : "",
                                         explained(finding), finding.signature)));
}

}  // namespace

std::string render_github(const Report& report, const Style&) {
  const Gate gate = report.gate.value_or(Gate{});
  std::string text;
  for (const Finding& finding : gate.findings) text += annotation(finding);
  return text + findings_headline(gate) + "\n";
}

}  // namespace heapsnap
