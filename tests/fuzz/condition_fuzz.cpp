// Reads whatever it is given as a condition: what is understood must print as text that is read as
// the same again, and must be judged alike.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "libanalysis/condition.h"

namespace heapsnap {
namespace {

constexpr std::uint64_t kFigures[][2] = {
    {0, 0}, {0, UINT64_MAX}, {UINT64_MAX, 0}, {1000, 1010}, {UINT64_MAX, UINT64_MAX}};

void check(std::string_view text) {
  const Result<Condition> condition = parse_condition(text);
  if (!condition) return;
  const std::string printed = to_text(*condition);
  const Result<Condition> again = parse_condition(printed);
  if (!again || !(*again == *condition) || to_text(*again) != printed) __builtin_trap();
  for (const auto& figures : kFigures) {
    if (judge(*condition, figures).holds != judge(*again, figures).holds) __builtin_trap();
  }
}

}  // namespace
}  // namespace heapsnap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heapsnap::check(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
