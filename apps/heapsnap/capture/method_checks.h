// Which methods of capturing would work with a process, as far as that can be told by looking.
//
// A line for each method that needs more than that the process may be traced; methods.h has them
// all.
#pragma once

#include <string>
#include <vector>

#include "agent/attach/process_maps.h"
#include "agent/attach/python_process.h"

namespace heapsnap {

// Of a process that may be traced, and that nobody traces. `why` is said if there are no methods.
void check_methods(const PythonProcess& python, const std::vector<MappedRange>& maps,
                   std::vector<std::string>& methods, std::string& why);

}  // namespace heapsnap
