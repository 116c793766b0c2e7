// A cell as people read it: 1,234, 1.2 MiB, 12.3%, 1.5 ms, @0x7f21a0c3d40.
#pragma once

#include <string>

#include "apps/heapsnap/report.h"

namespace heapsnap {

enum class Sizes { kHuman, kRaw };  // raw: digits and nothing else, bytes and counts

std::string cell_text(const Cell& cell, Sizes sizes);
bool is_number(const Cell& cell);  // stands at the right of its column

}  // namespace heapsnap
