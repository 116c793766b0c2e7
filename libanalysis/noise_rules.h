// What grows in every process and says nothing about the program: a table of places, each with its
// reason and where it is known from.
//
// What a rule hides is listed with its reason wherever findings are, never dropped.
#pragma once

#include <span>
#include <string_view>

namespace heapsnap {

struct NoiseRule {
  std::string_view path;      // general, as it prints; `*` stands for any characters
  std::string_view type;      // of the elements, likewise
  std::string_view reason;
  std::string_view evidence;  // a file of CPython's, or what was seen
};

std::span<const NoiseRule> noise_rules();

// The first rule that means it; null: there is none.
const NoiseRule* find_noise_rule(std::string_view path, std::string_view type);

}  // namespace heapsnap
