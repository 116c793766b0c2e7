// ReturnChain is what stands on a thread's stack while it makes system calls for us, so that it
// finds its own way back if the tracer dies meanwhile.
//
// The kernel applies a thread's registers also when its tracer is gone, and it would run on at an
// address that we chose. So each call is made where `ret` follows; the stack leads from there to
// sigreturn, and sigreturn loads registers from the stack: those of the next call, and at last the
// thread's own, with its signal mask and its vector registers. There is no instant at which a
// thread that is let go would not end where it was.
//
//     lowest address -> [to sigreturn][registers of call 2] ... [to sigreturn][the thread's own]
//     highest        -> [vector registers]
//
// A wait that was interrupted begins again on this way too, but for those that the kernel restarts
// with the time that is left: they return EINTR.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "agent/attach/code_sites.h"
#include "agent/attach/tracee.h"

namespace heapsnap {

struct SystemCall {
  long number = 0;
  std::uint64_t arguments[6] = {};
};

// Registers with which a thread makes a call; `stack` is where `ret` finds its way.
Registers registers_for(const Registers& own, const SystemCall& call, Address system_call,
                        Address stack);

class ReturnChain {
 public:
  // Of a thread that is stopped with these registers, signal mask and extended state.
  ReturnChain(const CodeSites& sites, const Registers& own, std::uint64_t mask,
              std::vector<std::uint8_t> extended_state);

  // Puts a call before what is there already; returns the address of its first argument, which is
  // in the thread's stack and may be changed until then.
  Address add(const SystemCall& call);

  // Puts a text of up to 63 bytes where the call that was added last has nothing; returns its
  // address.
  Address put_text(std::string_view text);

  // To be written to start(); start() is the stack pointer for the first call.
  Address start() const { return top_ - bytes_.size(); }
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  Address system_call() const { return sites_.system_call; }

 private:
  struct Frame;
  Frame frame_of(const Registers& registers, std::uint64_t mask) const;
  void put(const Frame& frame);

  CodeSites sites_;
  Registers own_;
  Address top_ = 0;
  Address vector_registers_ = 0;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace heapsnap
