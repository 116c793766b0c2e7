#include "apps/heapsnap/render/findings.h"

#include <fmt/format.h>

#include "apps/heapsnap/render/printable.h"

namespace heapsnap {
namespace {

Cell text_or_nothing(const std::string& text) {
  if (text.empty()) return std::monostate{};
  return text;
}

std::string place_text(const Finding& finding) {
  return finding.file.empty() ? "" : fmt::format("{}:{}", finding.file, finding.line);
}

}  // namespace

Table findings_table(const Gate& gate) {
  Table table{.name = "findings",
              .shape = Shape::kList,
              .columns = {{"rule"}, {"condition"}, {"row"}, {"measure"}, {"old"}, {"now"},
                          {"growth"}, {"limit"}, {"holder"}, {"type"}, {"file"}, {"line"},
                          {"signature"}, {"suppressed"}}};
  const auto number = [](std::uint64_t value) { return Cell(Number{static_cast<std::int64_t>(value)}); };
  for (const Finding& finding : gate.findings) {
    table.rows.push_back(
        {finding.rule, finding.condition, text_or_nothing(finding.row), finding.measure,
         number(finding.old), number(finding.now), Number{finding.growth},
         finding.limit ? Cell(Number{*finding.limit}) : Cell(), text_or_nothing(finding.holder),
         text_or_nothing(finding.type), text_or_nothing(finding.file),
         finding.file.empty() ? Cell() : number(finding.line), finding.signature,
         finding.suppressed ? Cell(*finding.suppressed) : Cell()});
  }
  return table;
}

std::string findings_headline(const Gate& gate) {
  const std::size_t failed = failures(gate);
  const std::size_t suppressed = gate.findings.size() - failed;
  std::string text = fmt::format("{} finding{}", failed == 0 ? "no" : fmt::to_string(failed),
                                 failed == 1 ? "" : "s");
  if (suppressed > 0) text += fmt::format(", {} suppressed", suppressed);
  return text;
}

std::string findings_text(const Gate& gate, const Style& style) {
  const char* const bold = style.color ? "\x1b[1m" : "";
  const char* const plain = style.color ? "\x1b[0m" : "";
  std::string text = fmt::format("{}{}{}\n", bold, findings_headline(gate), plain);
  for (const Finding& finding : gate.findings) {
    text += fmt::format("\n{}{}{}\n", bold, printable(name_of(finding)), plain);
    if (finding.suppressed) {
      text += fmt::format("  suppressed: {}\n", printable(*finding.suppressed));
    }
    text += fmt::format("  {}\n", printable(explained(finding)));
    if (!finding.file.empty()) text += fmt::format("  at {}\n", printable(place_text(finding)));
    text += fmt::format("  signature {}\n", printable(finding.signature));
  }
  return text;
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace heapsnap
