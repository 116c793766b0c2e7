// Where the agent is: the folder that holds the Python package `heapsnap` and nothing else.
#pragma once

#include <string>

#include "libsnapshot/result.h"

namespace heapsnap {

// HEAPSNAP_AGENT_DIR if that is set, else ../lib/heapsnap/agent from this executable.
// Fails with kCapture if it is not there.
Result<std::string> agent_folder();

// What is put on PYTHONPATH so that a program's Python loads the agent as it starts.
std::string preload_folder(const std::string& agent);

}  // namespace heapsnap
