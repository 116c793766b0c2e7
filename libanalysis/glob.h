// Glob is a pattern for names: text in which `*` stands for any characters, and nothing else is
// special.
//
//     Glob{{"app.", ""}}.matches("app.Node")         // app.*
//
// Matching takes a pass over the name for each piece of the pattern.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heapsnap {

struct Glob {
  // What stands between the wildcards: one piece is a plain name, "app.*" are "app." and "".
  // Pieces other than the first and the last are not empty.
  std::vector<std::string> pieces = {""};

  bool is_plain() const { return pieces.size() == 1; }
  bool matches(std::string_view name) const;
  // Adds a wildcard behind what there is.
  void add_wildcard();
  // Adds a character to the last piece.
  void add(char c) { pieces.back() += c; }

  bool operator==(const Glob&) const = default;
};

// Every `*` of the text is a wildcard.
Glob with_wildcards(std::string_view text);
// Matches this name only, whatever characters it has.
Glob exactly(std::string_view name);

}  // namespace heapsnap
