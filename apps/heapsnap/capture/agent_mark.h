// AgentMark is what the agent in a process shows of itself, as agent/module/mark.h has it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsnapshot/format.h"

namespace heapsnap {

struct AgentMark {
  int signal = 0;            // asks for a snapshot
  std::string mode = {};     // "fork" or "stop"
  std::string token = {};    // of the socket where it then looks for us: 16 hexadecimal digits
  Address handler = 0;       // the Python function that is to stand for the signal
  std::string strings = {};  // what text leaves the process, as in --strings
};

// Of the name of a mapping; nothing if it is no mark, or of a version that we do not know.
std::optional<AgentMark> parse_mark(std::string_view mapping);

}  // namespace heapsnap
