// SARIF 2.1.0, as code scanning reads it: a result for each finding, at the line of the class or
// function, with the signature as its fingerprint. Suppressed ones are said to be.
#include <fmt/format.h>

#include <cctype>
#include <iterator>
#include <string>

#include "apps/heapsnap/render/printable.h"
#include "apps/heapsnap/render/renderers.h"

namespace heapsnap {
namespace {

constexpr const char* kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

struct Rule {
  const char* id;
  const char* summary;
};
constexpr Rule kRules[] = {
    {"condition", "A condition of the command line holds"},
    {"budget", "A budget is exceeded"},
    {"growth", "Something grows in every step and does not fade"},
};

// A file's name as a URI: relative to where the tool ran, or file:///...
std::string uri(const std::string& file) {
  std::string text = file.starts_with('/') ? "file://" : "";
  for (const char c : file) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte < 0x80 && (std::isalnum(byte) != 0 ||
                                       std::string_view("/-._~").find(c) != std::string_view::npos);
    text += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return text;
}

std::string location(const Finding& finding) {
  std::string logical = finding.holder.empty() ? finding.type : finding.holder;
  if (logical.empty()) logical = finding.condition;
  std::string text = "{";
  if (!finding.file.empty()) {
    text += fmt::format(
        "\"physicalLocation\": {{\"artifactLocation\": {{\"uri\": {}}}, \"region\": "
        "{{\"startLine\": {}}}}}, ",
        json_string(uri(finding.file)), finding.line);
  }
  return text + fmt::format("\"logicalLocations\": [{{\"fullyQualifiedName\": {}}}]}}",
                            json_string(logical));
}

std::string result(const Finding& finding) {
  std::string text = fmt::format(
      "{{\"ruleId\": {}, \"level\": \"error\", \"message\": {{\"text\": {}}}, \"locations\": [{}], "
      "\"partialFingerprints\": {{\"heapsnap/v1\": {}}}",
      json_string(finding.rule), json_string(name_of(finding) + ": " + explained(finding)),
      location(finding), json_string(finding.signature));
  if (finding.suppressed) {
    text += fmt::format(", \"suppressions\": [{{\"kind\": \"external\", \"justification\": {}}}]",
                        json_string(*finding.suppressed));
  }
  return text + "}";
}

}  // namespace

std::string render_sarif(const Report& report, const Style&) {
  std::string rules, results;
  for (const Rule& rule : kRules) {
    rules += fmt::format("{}\n        {{\"id\": \"{}\", \"shortDescription\": {{\"text\": \"{}\"}}}}",
                         rules.empty() ? "" : ",", rule.id, rule.summary);
  }
  const Gate gate = report.gate.value_or(Gate{});
  for (const Finding& finding : gate.findings) {
    results += fmt::format("{}\n      {}", results.empty() ? "" : ",", result(finding));
  }
  return fmt::format(
      "{{\n  \"$schema\": \"{}\",\n  \"version\": \"2.1.0\",\n  \"runs\": [{{\n"
      "    \"tool\": {{\"driver\": {{\"name\": \"heapsnap\", \"version\": \"" HEAPSNAP_VERSION
      "\",\n      \"rules\": [{}\n      ]}}}},\n    \"results\": [{}]\n  }}]\n}}\n",
      kSchema, rules, results.empty() ? "" : results + "\n    ");
}

}  // namespace heapsnap
