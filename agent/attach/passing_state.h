// A passing state of a process is one in which it cannot be captured, and which is over by itself
// in a moment: it starts, it puts another program in its place, another heapsnap captures it.
//
// An error that tells of one says so (Error::passes). It is tried again as long as the user gives
// time for it; the error that is left then asks to do so later:
//
//     const auto deadline = Clock::now() + timeout;
//     const Result<PythonProcess> python = try_until(deadline, [&] { return find_python(pid); });
#pragma once

#include "agent/attach/tracee.h"
#include "libsnapshot/result.h"

namespace heapsnap {

Error no_longer_passing(Error error);  // as the time is over

// Waits some milliseconds, of a number that does not keep step with what others do.
void wait_for_another_state(unsigned attempts);

// `attempt` returns a Result. It is called once in any case.
template <class Attempt>
auto try_until(Clock::time_point deadline, Attempt attempt) -> decltype(attempt()) {
  for (unsigned attempts = 1;; ++attempts) {
    auto result = attempt();
    if (result || !result.error().passes) return result;
    if (Clock::now() >= deadline) return tl::unexpected(no_longer_passing(result.error()));
    wait_for_another_state(attempts);
  }
}

}  // namespace heapsnap
