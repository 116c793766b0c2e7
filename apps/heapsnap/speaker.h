// What is said while a command works, line by line; what main says comes after.
#pragma once

#include <functional>
#include <string_view>

#include "apps/heapsnap/options.h"

namespace heapsnap {

// Takes a line for the user, which is an error if `failed`.
using Say = std::function<void(std::string_view line, bool failed)>;

// To standard error, where nobody need be listening. With -q only errors.
Say speaker(const Options& options);

}  // namespace heapsnap
