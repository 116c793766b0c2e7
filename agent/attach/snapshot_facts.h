// What a snapshot from outside says of itself: the same facts as the agent's (docs/format.md), as
// far as they can be had without asking the program.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/attach/python_process.h"
#include "agent/walk/text_key.h"
#include "agent/walk/walk.h"

namespace heapsnap {

// What text leaves the process.
struct TextOrders {
  Strings strings = Strings::kKeys;
  std::uint32_t prefix = 0;  // characters, of Strings::kPrefix

  bool operator==(const TextOrders&) const = default;
};

// Of a process that is not there any more.
struct Past {
  std::uint64_t time_ns = 0;    // when it was so
  std::string arguments = {};   // of its command line, a zero after each
};

struct Circumstances {
  std::string_view method, mode;      // as docs/format.md has them
  std::chrono::nanoseconds pause{0};
  bool collecting = false;            // while the collector ran
  const Past* past = nullptr;
  std::optional<bool> collector_on = std::nullopt;  // nothing: it cannot be told
};

// The payload of a facts chunk.
std::vector<std::uint8_t> snapshot_facts(const PythonProcess& python, const TextOrders& texts,
                                         const TextKey& key, const Circumstances& how);

// Of the process's own secret; of a random one if it cannot be read.
TextKey text_key_of(const PythonProcess& python, const ForeignMemory& memory);

}  // namespace heapsnap
