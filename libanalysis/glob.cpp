#include "libanalysis/glob.h"

namespace heapsnap {

bool Glob::matches(std::string_view name) const {
  if (is_plain()) return name == pieces.front();
  const std::string& first = pieces.front();
  const std::string& last = pieces.back();
  if (name.size() < first.size() + last.size()) return false;
  if (!name.starts_with(first) || !name.ends_with(last)) return false;
  name.remove_prefix(first.size());
  name.remove_suffix(last.size());
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    const std::size_t at = name.find(pieces[i]);
    if (at == name.npos) return false;
    name.remove_prefix(at + pieces[i].size());
  }
  return true;
}

void Glob::add_wildcard() {
  if (pieces.size() == 1 || !pieces.back().empty()) pieces.emplace_back();
}

Glob with_wildcards(std::string_view text) {
  Glob glob;
  for (const char c : text) {
    if (c == '*') {
      glob.add_wildcard();
    } else {
      glob.add(c);
    }
  }
  return glob;
}

Glob exactly(std::string_view name) { return Glob{{std::string(name)}}; }

}  // namespace heapsnap
