// The name that a mistyped one was probably meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heapsnap {

// ", did you mean 'hist'?", or nothing where no name comes near. O(names x length^2).
std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& names);

}  // namespace heapsnap
