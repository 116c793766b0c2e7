// Findings as the renderers share them.
#pragma once

#include <string>

#include "apps/heapsnap/render/renderers.h"
#include "apps/heapsnap/report.h"

namespace heapsnap {

// A row each, the keys being those of JSON and CSV.
Table findings_table(const Gate& gate);

// Several lines each, for people: what it is, its figures, its path, its place and signature.
std::string findings_text(const Gate& gate, const Style& style);

// "2 findings, 1 suppressed"
std::string findings_headline(const Gate& gate);

// As text or an attribute of XML. Control characters are escaped as in every answer for people.
std::string xml_text(std::string_view text);

}  // namespace heapsnap
