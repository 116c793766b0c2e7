#include "apps/heapsnap/programs.h"

#include <fmt/format.h>

#include "libanalysis/identity.h"

namespace heapsnap {

std::optional<std::string> two_programs(const Provenance& was, const Provenance& is) {
  const bool one_python = is_one_python(was, is);
  if (one_python && is_one_program(was, is)) return std::nullopt;
  const char* const fact = one_python ? "argv" : "python";
  return fmt::format("the snapshots are of two {} ({}; {})",
                     one_python ? "programs" : "versions of Python", was.text(fact), is.text(fact));
}

}  // namespace heapsnap
