#include "apps/heapsnap/speaker.h"

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
    case Note::Kind::kError: return "heapsnap: error: ";
    case Note::Kind::kNext: return "next: ";
    case Note::Kind::kSays: break;
  }
  return "heapsnap: ";
}

void say(const Note& note, bool quiet) {
  if (quiet && note.kind != Note::Kind::kError) return;
  tell(prefix_of(note.kind) + printable(note.text) + "\n");
}

}  // namespace

Say speaker(const Options& options) {
  return [quiet = options.quiet](const Note& note) { say(note, quiet); };
}

void say_notes(const std::vector<Note>& notes, const Options& options) {
  for (const Note& note : notes) say(note, options.quiet);
}

}  // namespace heapsnap
