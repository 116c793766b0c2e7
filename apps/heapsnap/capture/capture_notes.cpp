#include "apps/heapsnap/capture/capture_notes.h"

#include "apps/heapsnap/shell_quote.h"

namespace heapsnap {

std::vector<std::string> warnings_of(const Captured& captured) {
  std::vector<std::string> warnings = warnings_of(captured.snapshot);
  warnings.insert(warnings.end(), captured.warnings.begin(), captured.warnings.end());
  return warnings;
}

std::vector<Note> next_steps(const std::string& file) {
  const std::string word = shell_quote(file);
  return {{Note::Kind::kNext, "heapsnap analyze " + word},
          {Note::Kind::kNext, "heapsnap hist " + word + " --by clodo"}};
}

}  // namespace heapsnap
