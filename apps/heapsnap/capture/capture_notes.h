// What the user is told when a capture is done, besides its summary.
#pragma once

#include <string>
#include <vector>

#include "apps/heapsnap/capture/methods.h"
#include "apps/heapsnap/report.h"

namespace heapsnap {

std::vector<std::string> warnings_of(const Captured& captured);

std::vector<Note> next_steps(const std::string& file);  // what to ask the snapshot first

}  // namespace heapsnap
