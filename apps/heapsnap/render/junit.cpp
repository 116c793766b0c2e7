// JUnit's XML: a test case for each condition, one that holds being a failure, a suppressed one
// being skipped.
#include <fmt/format.h>

#include <string>

#include "apps/heapsnap/render/findings.h"
#include "apps/heapsnap/render/renderers.h"

namespace heapsnap {
namespace {

std::string test_case(const Finding& finding) {
  const std::string inside =
      finding.suppressed
          ? fmt::format("<skipped message=\"{}\"/>", xml_text(*finding.suppressed))
          : fmt::format("<failure type=\"{}\" message=\"{}\">{}{}signature {}</failure>",
                        finding.rule, xml_text(explained(finding)),
                        finding.file.empty() ? "" : fmt::format("{}:{}", xml_text(finding.file),
                                                                finding.line),
                        finding.file.empty() ? "" : "\n", xml_text(finding.signature));
  return fmt::format("    <testcase classname=\"heapsnap.{}\" name=\"{}\">{}</testcase>\n",
                     finding.rule, xml_text(name_of(finding)), inside);
}

}  // namespace

std::string render_junit(const Report& report, const Style&) {
  const Gate gate = report.gate.value_or(Gate{});
  const std::size_t failed = failures(gate);
  const std::string counts = fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"",
                                         gate.findings.size() + gate.passed.size(), failed,
                                         gate.findings.size() - failed);
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {0}>\n"
      "  <testsuite name=\"heapsnap\" {0}>\n", counts);
  for (const Finding& finding : gate.findings) text += test_case(finding);
  for (const std::string& passed : gate.passed) {
    text += fmt::format("    <testcase classname=\"heapsnap\" name=\"{}\"/>\n", xml_text(passed));
  }
  return text + "  </testsuite>\n</testsuites>\n";
}

}  // namespace heapsnap
