#include "apps/heapsnap/speaker.h"

#include <fmt/format.h>
#include <unistd.h>

#include <string>

#include "apps/heapsnap/render/printable.h"

namespace heapsnap {
namespace {

void tell(const std::string& text) {
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

const char* prefix_of(Note::Kind kind) {
  switch (kind) {
    case Note::Kind::kWarning: return "heapsnap: warning: ";
    case Note::Kind::kNext: return "next: ";
    case Note::Kind::kSays: break;
  }
  return "heapsnap: ";
}

}  // namespace

Say speaker(const Options& options) {
  return [quiet = options.quiet](std::string_view line, bool failed) {
    if (quiet && !failed) return;
    tell(fmt::format("heapsnap: {}{}\n", failed ? "error: " : "", printable(line)));
  };
}

void say_notes(const std::vector<Note>& notes, const Options& options) {
  if (options.quiet) return;
  for (const Note& note : notes) tell(prefix_of(note.kind) + printable(note.text) + "\n");
}

}  // namespace heapsnap
