// SARIF 2.1.0, as code scanning reads it: a result for each finding, at the line of the class or
// function, with a fingerprint that begins with the signature. Suppressed ones are said to be.
#include <fmt/format.h>

#include <cctype>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include "apps/heapsnap/render/printable.h"
#include "apps/heapsnap/render/renderers.h"
#include "libanalysis/condition.h"

namespace heapsnap {
namespace {

constexpr const char* kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

// What is asked of a finding's objects; nothing: growth that does not end.
std::optional<Condition> condition_of(const Finding& finding) {
  const Result<Condition> condition = parse_condition(finding.condition);
  if (finding.rule == "growth" || !condition) return std::nullopt;
  return *condition;
}

// The kind of the condition: "budget-count", "condition-retained-growth", "growth".
std::string rule_of(const Finding& finding) {
  const std::optional<Condition> condition = condition_of(finding);
  if (!condition) return finding.rule;
  return fmt::format("{}-{}{}", finding.rule, word_of(condition->measure),
                     condition->is_of_growth() ? "-growth" : "");
}

std::string summary(const Finding& finding) {
  const std::optional<Condition> condition = condition_of(finding);
  if (!condition) return "Something grows in every step and does not fade";
  return fmt::format("{}: {} {}",
                     finding.rule == "budget" ? "A budget is exceeded"
                                              : "A condition of the command line holds",
                     word_of(condition->measure),
                     condition->is_of_growth() ? "has grown beyond its limit" : "is beyond its limit");
}

// The same as long as the finding is, whatever its limit and figures are: where it is, the kind of the
// condition, and what it is about. Of findings that differ in the limit alone, with a number.
class Fingerprints {
 public:
  std::string of(const Finding& finding) {
    const std::optional<Condition> condition = condition_of(finding);
    std::string text = finding.signature;
    if (condition) text += "/" + rule_of(finding);
    if (condition && condition->of) text += "/" + to_text(*condition->of);
    if (!finding.row.empty()) text += "/" + finding.row;
    const int before = seen_[text]++;
    return before == 0 ? text : fmt::format("{}/{}", text, before + 1);
  }

 private:
  std::map<std::string, int> seen_;
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

std::string result(const Finding& finding, Fingerprints& fingerprints) {
  std::string text = fmt::format(
      "{{\"ruleId\": {}, \"level\": \"error\", \"message\": {{\"text\": {}}}, \"locations\": [{}], "
      "\"partialFingerprints\": {{\"heapsnap/v1\": {}}}",
      json_string(rule_of(finding)), json_string(name_of(finding) + ": " + explained(finding)),
      location(finding), json_string(fingerprints.of(finding)));
  if (finding.suppressed) {
    text += fmt::format(", \"suppressions\": [{{\"kind\": \"external\", \"justification\": {}}}]",
                        json_string(*finding.suppressed));
  }
  return text + "}";
}

}  // namespace

std::string render_sarif(const Report& report, const Style&) {
  const Gate gate = report.gate.value_or(Gate{});
  Fingerprints fingerprints;
  std::map<std::string, std::string> summaries;
  std::string rules, results;
  for (const Finding& finding : gate.findings) {
    summaries.try_emplace(rule_of(finding), summary(finding));
    results += fmt::format("{}\n      {}", results.empty() ? "" : ",", result(finding, fingerprints));
  }
  for (const auto& [id, text] : summaries) {
    rules += fmt::format("{}\n        {{\"id\": {}, \"shortDescription\": {{\"text\": {}}}}}",
                         rules.empty() ? "" : ",", json_string(id), json_string(text));
  }
  return fmt::format(
      "{{\n  \"$schema\": \"{}\",\n  \"version\": \"2.1.0\",\n  \"runs\": [{{\n"
      "    \"tool\": {{\"driver\": {{\"name\": \"heapsnap\", \"version\": \"" HEAPSNAP_VERSION
      "\",\n      \"rules\": [{}\n      ]}}}},\n    \"results\": [{}]\n  }}]\n}}\n",
      kSchema, rules, results.empty() ? "" : results + "\n    ");
}

}  // namespace heapsnap
