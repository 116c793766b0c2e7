// CopyWalk runs the walker in a frozen copy: loads it, takes the stream that it sends, and helps it
// over objects that fault or that it cannot get past.
//
//     Result<CopyReport> report = CopyWalk(copy).run(orders, facts, send, wanted);
//
// There is no handler in the copy: a fault stops it, and it is sent on to the walker's point of
// recovery. The watchdog is that of the agent (agent/module/guard.h): it looks every 300 ms, and
// acts if the walk got nowhere although it used the processor, or got nowhere for three seconds.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "agent/attach/blob_image.h"
#include "agent/attach/frozen_copy.h"
#include "agent/blob/orders.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct CopyReport {
  WalkReport walk = {};      // its `reason` is an address in the copy
  std::string reason = {};   // why it is not complete; empty: it is
};

class CopyWalk {
 public:
  // Takes bytes of the stream; false: nobody wants them any more.
  using Send = std::function<bool(std::span<const std::uint8_t>)>;
  // Asked now and then: false ends the walk.
  using Wanted = std::function<bool()>;

  explicit CopyWalk(FrozenCopy& copy) : copy_(copy), memory_(copy.pid()) {}

  // Fails with kCapture: the copy cannot be loaded, was killed, or is not wanted any more.
  Result<CopyReport> run(const Orders& orders, std::span<const std::uint8_t> facts,
                         const Send& send, const Wanted& wanted);

 private:
  Result<void> load(Orders orders, std::span<const std::uint8_t> facts);
  Result<Address> map(const BlobImage& image);
  Result<void> populate(Address start, std::uint64_t size);
  Result<void> protect(Address start, std::uint64_t size, int protection);
  Result<bool> handle(const Stop& stop, const Send& send);  // true: it is done
  Result<bool> serve_trap(Registers registers, const Send& send);
  Result<void> send_on(Address bytes, std::uint64_t size, const Send& send);
  bool recover(FaultReason reason);  // false: there is nothing to recover to
  void look();                       // the watchdog's
  Error died(const char* how) const;

  struct LastLook {
    std::uint64_t progress = ~std::uint64_t{0};
    std::uint64_t processor_ns = 0;
    unsigned ticks = 0;
  };

  FrozenCopy& copy_;
  LiveMemory memory_;
  Address base_ = 0, orders_ = 0;
  Address trap_ = 0, recovery_entry_ = 0, recovery_stack_ = 0;
  LastLook last_;
  bool stalled_ = false;  // it was told to stop, to be sent on
};

}  // namespace heapsnap
