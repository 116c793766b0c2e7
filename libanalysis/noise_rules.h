// What grows in every process and says nothing about the program: a table of places, each with its
// reason and where it is known from.
//
// A place is here only if what it holds has a bound or goes by itself with something else, and if the
// type of what holds it says that it is the one that is meant: any class may have an attribute of
// the name. Caches that can be fed without end (warnings that were shown, lines of code, names of
// codecs, reducers of classes) are not: if they grow in every step up to the last, that is a leak.
//
// What a rule hides is listed with its reason wherever findings are, never dropped.
#pragma once

#include <span>
#include <string_view>

namespace heapsnap {

struct NoiseRule {
  std::string_view path;      // general, as it prints; `*` stands for any characters
  std::string_view type;      // of the elements, likewise
  std::string_view holder;    // likewise: the type of their container, or of what this is a part of
  std::string_view reason;
  std::string_view evidence;  // a file of CPython's, or what was seen
};

std::span<const NoiseRule> noise_rules();

struct NoisePlace {
  std::string_view path;
  std::string_view type;       // of the elements
  std::string_view container;  // its type: of a WeakSet's elements, set
  std::string_view owner;      // the type of what has the container: WeakSet
};

// The first rule that means it; null: there is none.
const NoiseRule* find_noise_rule(const NoisePlace& place);

}  // namespace heapsnap
