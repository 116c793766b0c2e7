// The name of a finding, which stays the same until it is fixed: `5b1f-registry-live`.
//
// It is made of a general path and a type alone, so that addresses, counts, lines, thread numbers,
// and where the tree of files lies do not matter: two runs of one program give a leak one name, and
// a program that is edited elsewhere keeps it. Moving or renaming what holds the objects makes it
// another one. Its first part are the low 16 bits of the FNV-1a hash (64 bits) of the path without
// marks of repetition, a line feed, and the type's name; the rest, for people, are the last two names
// of the path.
#pragma once

#include <string>
#include <string_view>

namespace heapsnap {

std::string signature(std::string_view path, std::string_view type);

}  // namespace heapsnap
