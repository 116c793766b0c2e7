// Durations and sizes as they are typed on the command line.
//
//     200ms   5s   1.5m   2h   1d      a number alone is refused
//     64k   512M   1.5G   1024         powers of 1024; "B" and "iB" may follow
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "libsnapshot/result.h"

namespace heapsnap {

Result<std::chrono::milliseconds> parse_duration(std::string_view text);
Result<std::uint64_t> parse_size(std::string_view text);

}  // namespace heapsnap
