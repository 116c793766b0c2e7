// A guard turns a memory fault or a stall in the walk into recover(), so that one bad object costs
// one fault record.
//
// In a copy of the process it stays for good, and takes an abort() for a fault, too. In the
// process itself it covers one walk in one thread: faults of other threads go to the handler that
// was there before, and everything (handlers, signal mask, alternate stack, timer) is as it was
// when the guard is gone.
//
// The watchdog looks every 300 ms. It acts if the walk got nowhere meanwhile although it used the
// processor, or got nowhere for three seconds: a walk that only waits (for memory from swap, for a
// turn on a busy machine) is no stall.
#pragma once

#include "agent/walk/walk.h"

namespace heapsnap {

// `abandon` is called with the signal when there is nothing to recover to; it must not return.
void guard_copy(Recovery& recovery, void (*abandon)(int signal));

class ThreadGuard {
 public:
  explicit ThreadGuard(Recovery& recovery);
  ~ThreadGuard();
  ThreadGuard(const ThreadGuard&) = delete;
  ThreadGuard& operator=(const ThreadGuard&) = delete;

 private:
  void start_watchdog();
  void stop_watchdog();

  unsigned long mask_;     // the thread's signal mask before
  int timer_ = -1;
  int timer_signal_ = 0;   // 0: no signal was free, there is no watchdog
  bool has_stack_ = false; // the thread runs on our alternate stack in handlers
};

}  // namespace heapsnap
