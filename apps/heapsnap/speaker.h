// What is said besides the answer: line by line while a command works, and notes at its end.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "apps/heapsnap/options.h"
#include "apps/heapsnap/report.h"

namespace heapsnap {

// Takes a line for the user, which is an error if `failed`.
using Say = std::function<void(std::string_view line, bool failed)>;

// To standard error, where nobody need be listening. With -q only errors.
Say speaker(const Options& options);

// Likewise; with -q nothing.
void say_notes(const std::vector<Note>& notes, const Options& options);

}  // namespace heapsnap
