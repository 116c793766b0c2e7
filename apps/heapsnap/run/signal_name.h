// Signals as they are typed and printed: USR2, RTMIN+3. SIG may stand before a name, and a number
// will do.
#pragma once

#include <string>
#include <string_view>

#include "libsnapshot/result.h"

namespace heapsnap {

Result<int> parse_signal(std::string_view text);
std::string signal_name(int signal);  // with SIG: SIGUSR2, SIGRTMIN+3

}  // namespace heapsnap
