// Names that heapsnap gives to kinds of its own, and how they are told from those of the program,
// where a class may be called anything: `<root>`, `dict (no owner)`, `app.Node@0x7f..`.
#pragma once

#include <string>
#include <string_view>

namespace heapsnap {

// Whether a type of this name would read as a kind of ours: it stands between < and >, is a
// clodo's name of a dict, joins names with a bar, or ends in an address. Such a type prints with
// its address behind the name, and the bare name does not mean it.
bool is_reserved(std::string_view name);

// A name beside one of ours: in quotes if it reads as ours, or as ours in quotes.
std::string apart_from(std::string_view ours, std::string name);

}  // namespace heapsnap
