// StoppedProcess holds all threads of a process still at once, so that what is copied of it is of
// one instant.
//
//     Result<StoppedProcess> stopped = StoppedProcess::stop(pid, Threads::kAll);
//     ...                                        // a thread to work with: stopped->thread()
//     stopped->release();                        // each goes on where it was; the stop is over
//
// A signal that is about to be delivered is delivered first. Waits that were interrupted are begun
// again by the kernel, but for the few system calls that always return EINTR (epoll_wait, ...). A
// thread that is stopped (SIGSTOP) stays so. Released when it goes out of scope.
//
// A thread that waits in the kernel (for a disk, in vfork) does not stop before it gets on, and
// cannot be let go before it has stopped: see release_late().
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/attach/tracee.h"
#include "libsnapshot/result.h"

namespace heapsnap {

enum class Threads : std::uint8_t { kAll, kOne };  // the first one that can be had

class StoppedProcess {
 public:
  // Nothing stays stopped without a result; `late` is set if not all threads stood in time, as one
  // that waits in the kernel: another attempt may succeed. Fails with kCapture.
  static Result<StoppedProcess> stop(pid_t pid, Threads threads, bool* late = nullptr);

  StoppedProcess(StoppedProcess&& other) noexcept;
  StoppedProcess& operator=(StoppedProcess&&) = delete;
  ~StoppedProcess() { release(); }

  const Tracee& thread() const { return threads_.front(); }  // the main one, if it is there

  void release();  // waits some seconds for those that are late; what is left is for release_late()
  void release_others();  // all but thread()
  std::chrono::nanoseconds duration() const;  // of the stop; once it is over: how long it was

  // Lets go what has stopped by now of the threads, of whatever process, that release() left
  // behind. They send SIGCHLD when they stop. The system does it when this process ends.
  static void release_late();

 private:
  explicit StoppedProcess(pid_t pid) : pid_(pid) {}

  Result<void> stop_threads(Threads threads);
  Result<bool> seize_new();  // whether there were any
  Result<void> await(Tracee thread, Clock::time_point deadline);
  tl::unexpected<Error> late(std::string why);
  bool knows(pid_t thread) const;

  pid_t pid_;
  std::vector<Tracee> threads_;
  std::vector<pid_t> passed_over_;  // threads that have ended
  bool late_ = false;
  Clock::time_point begin_, end_;
};

}  // namespace heapsnap
