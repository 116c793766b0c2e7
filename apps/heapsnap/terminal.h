// What the terminal, if there is one, can show.
#pragma once

#include <cstddef>

#include "apps/heapsnap/options.h"

namespace heapsnap {

// As --color, NO_COLOR and TERM have it.
bool wants_color(When color, bool is_terminal);
std::size_t terminal_width(int descriptor);  // columns; 0: unknown

}  // namespace heapsnap
