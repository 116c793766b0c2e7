// A row of numbers as a line of small bars, one a number: ▁▃▅█, or _.:# where that cannot be shown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace heapsnap {

// The least number is the lowest bar and the greatest the highest; equal ones are all low.
std::string sparkline(const std::vector<std::uint64_t>& numbers, bool utf8);

// Whether the locale of the environment (LC_ALL, LC_CTYPE, LANG) is of UTF-8.
bool locale_is_utf8();

}  // namespace heapsnap
