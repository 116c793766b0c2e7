#include "libanalysis/reserved_names.h"

#include "libanalysis/python_literal.h"

namespace heapsnap {
namespace {

bool ends_in_address(std::string_view name) {
  const std::size_t at = name.rfind("@0x");
  if (at == name.npos || at + 3 == name.size()) return false;
  return name.find_first_not_of("0123456789abcdef", at + 3) == name.npos;
}

std::string_view without_quotes(std::string_view name) {
  constexpr std::string_view kQuoting = "'\"\\";
  const std::size_t first = name.find_first_not_of(kQuoting);
  if (first == name.npos) return {};
  return name.substr(first, name.find_last_not_of(kQuoting) - first + 1);
}

}  // namespace

bool is_reserved(std::string_view name) {
  return (name.starts_with('<') && name.ends_with('>')) || name == "dict (no owner)" ||
         name.starts_with("dict of ") || name.find(" | ") != name.npos || ends_in_address(name);
}

std::string apart_from(std::string_view ours, std::string name) {
  return without_quotes(name) == ours ? quoted(name) : name;
}

}  // namespace heapsnap
