#include "apps/heapsnap/speaker.h"

#include <fmt/format.h>
#include <unistd.h>

#include <string>

#include "apps/heapsnap/render/printable.h"

namespace heapsnap {

Say speaker(const Options& options) {
  return [quiet = options.quiet](std::string_view line, bool failed) {
    if (quiet && !failed) return;
    const std::string text =
        fmt::format("heapsnap: {}{}\n", failed ? "error: " : "", printable(line));
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
  };
}

}  // namespace heapsnap
