// What is said besides the answer: line by line while a command works, and notes at its end.
#pragma once

#include <functional>
#include <vector>

#include "apps/heapsnap/options.h"
#include "apps/heapsnap/report.h"

namespace heapsnap {

// Takes a line for the user.
using Say = std::function<void(const Note& note)>;

// To standard error, where nobody need be listening. With -q only errors.
Say speaker(const Options& options);

// Likewise.
void say_notes(const std::vector<Note>& notes, const Options& options);

}  // namespace heapsnap
