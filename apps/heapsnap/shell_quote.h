// Words of a command line that can be pasted into a shell.
#pragma once

#include <string>
#include <string_view>

namespace heapsnap {

// The word as it is if the shell would take it so, else in single quotes. Where printable() would
// show other characters than there are: as $'\012', which shells other than dash take.
std::string shell_quote(std::string_view word);

}  // namespace heapsnap
