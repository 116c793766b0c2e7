// Selectors as text, for the rows of a partition.
#pragma once

#include <string>
#include <string_view>

namespace heapsnap {

// "type:app.Node"; a name that holds blanks, quotes or operators is quoted.
std::string select(std::string_view attribute, std::string_view name);

}  // namespace heapsnap
