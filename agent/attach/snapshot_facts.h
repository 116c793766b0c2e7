// What a snapshot from outside says of itself: the same facts as the agent's (docs/format.md), as
// far as they can be had without asking the program.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "agent/attach/python_process.h"
#include "agent/walk/text_key.h"
#include "agent/walk/walk.h"

namespace heapsnap {

struct TextOrders {
  Strings strings = Strings::kKeys;
  std::uint32_t prefix = 0;
};

// The payload of a facts chunk. `collecting`: the copy was made while the collector ran.
std::vector<std::uint8_t> snapshot_facts(const PythonProcess& python, const TextOrders& texts,
                                         const TextKey& key, std::chrono::nanoseconds pause,
                                         bool collecting);

// Of the process's own secret; of a random one if it cannot be read.
TextKey text_key_of(const PythonProcess& python);

}  // namespace heapsnap
