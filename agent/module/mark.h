// A mark tells whoever looks at this process's mappings (/proc/PID/maps) that the agent stands in
// it, which signal asks it for a snapshot, and how it answers:
//
//     /memfd:heapsnap-agent:1:12:fork:5f0e6b1c2d3a4958:7f2b4c01a0e0:keys
//
// That is: the mark's version, the signal, how it captures, a random token of
// 16 hexadecimal digits, the address of the Python function that is the signal's handler, and what
// text leaves the process. It is the name of a mapping of one page that cannot be accessed: who may
// not read the process's memory may still read the names of what it has mapped, and no program that
// takes this one's place (execve) inherits it. Forked processes do, as they do the signal's
// handler.
//
// When the signal comes, the agent looks for a socket unix:@heapsnap-capture-TOKEN-PID of a
// process of its own user, or root's, and sends there instead of making a file.
#pragma once

#include <string_view>

namespace heapsnap {

inline constexpr std::string_view kMarkPrefix = "heapsnap-agent:";
inline constexpr std::string_view kCaptureSocket = "heapsnap-capture-";

// The mark of that signal, instead of an earlier one. False: the system forbids it.
bool set_mark(unsigned signal, std::string_view text);

}  // namespace heapsnap
