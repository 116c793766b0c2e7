#include "agent/attach/passing_state.h"

#include <unistd.h>

#include <chrono>
#include <thread>

namespace heapsnap {

Error no_longer_passing(Error error) {
  error.message += ": try again later";
  error.passes = false;
  return error;
}

void wait_for_another_state(unsigned attempts) {
  constexpr unsigned kLongest = 11;
  const unsigned other = static_cast<unsigned>(getpid());  // two that wait are not to do it alike
  std::this_thread::sleep_for(std::chrono::milliseconds(1 + (other + attempts * 5) % kLongest));
}

}  // namespace heapsnap
