// The grammar of selectors and classifiers (docs/selectors.md): which words there are, and what
// stands where.
#pragma once

#include <string_view>
#include <vector>

#include "libanalysis/selector.h"
#include "libanalysis/selector_scanner.h"
#include "libsnapshot/result.h"

namespace heapsnap {

// The words of the language.
std::string_view word_of(NamedSet set);
std::string_view word_of(Quantity quantity);
std::string_view word_of(Comparison comparison);  // its sign
std::string_view word_of(Function function);

// A selector as a part of a longer text: reads up to where it ends. The scanner knows what failed.
Selector read_selector(SelectorScanner& in);
// One of == != < <= > >=
Comparison read_comparison(SelectorScanner& in);

// `type,rcs(size)`: the factors of a product. Fails with kUsage.
Result<std::vector<Factor>> parse_classifier(std::string_view text);

}  // namespace heapsnap
