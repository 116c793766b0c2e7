// Reads whatever it is given as a selector and as a classifier: what is understood must print as
// text that is read as the same again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libanalysis/classifier.h"
#include "libanalysis/selector.h"

namespace heapsnap {
namespace {

void check_selector(std::string_view text) {
  const Result<Selector> selector = parse_selector(text);
  if (!selector) return;
  const std::string printed = to_text(*selector);
  const Result<Selector> again = parse_selector(printed);
  if (!again || !(*again == *selector) || to_text(*again) != printed) __builtin_trap();
}

void check_classifier(std::string_view text) {
  const Result<Classifier> classifier = find_classifier(text);
  if (!classifier) return;
  const Result<Classifier> again = find_classifier(classifier->name());
  if (!again || again->name() != classifier->name()) __builtin_trap();
}

}  // namespace
}  // namespace heapsnap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  heapsnap::check_selector(text);
  heapsnap::check_classifier(text);
  return 0;
}
