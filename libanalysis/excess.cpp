#include "libanalysis/excess.h"

namespace heapsnap {
namespace {

struct ExcessRule {
  std::uint32_t first_minor;  // CPython 3.x, both inclusive
  std::uint32_t last_minor;
  TypeLayout layout;
  std::uint32_t references;
};

// The evidence for each rule stands behind it.
constexpr ExcessRule kRules[] = {
    // The type method cache holds a reference to the name that was looked up last in each of its
    // entries (`type_cache` in Objects/typeobject.c); in 3.12 that reference is not counted.
    // Seen in refcount audits of all six versions: str of one reference too many, but on 3.12.
    {10, 11, TypeLayout::kStr, 1},
    {13, 15, TypeLayout::kStr, 1},
};

}  // namespace

std::uint32_t known_excess(std::uint32_t hexversion, TypeLayout layout) {
  const std::uint32_t minor = hexversion >> 16 & 0xFF;
  std::uint32_t references = 0;
  for (const ExcessRule& rule : kRules) {
    if (rule.layout == layout && rule.first_minor <= minor && minor <= rule.last_minor) {
      references += rule.references;
    }
  }
  return references;
}

}  // namespace heapsnap
