#include "apps/heapsnap/terminal.h"

#include <sys/ioctl.h>

#include <cstdlib>
#include <string_view>

namespace heapsnap {

bool wants_color(When color, bool is_terminal) {
  if (color != When::kAuto) return color == When::kAlways;
  const char* refused = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  if (refused != nullptr && *refused != '\0') return false;
  return is_terminal && (term == nullptr || std::string_view(term) != "dumb");
}

std::size_t terminal_width(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace heapsnap
