// CaptureOrder lets the snapshots of a process have their names in the order in which they were
// taken, though the copies of the process that send them connect, and end, in any order.
//
//     const CaptureOrder::Place place = order.enter(sender, parent);   // somebody connects
//     order.began(place, pid, time_ns);                 // the stream says which, and when
//     order.wait(place);                                // it is whole: until it is its turn
//     order.leave(place);                               // it has its name, or will never have one
//
// Copies of one process connect in the order in which they were made (await_earlier() in
// agent/module/captures.h), so one that has not connected yet is not waited for. May be used from
// several threads: wait() blocks, and never two for each other.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>

namespace heapsnap {

class CaptureOrder {
 public:
  using Place = std::uint64_t;  // increasing
  static constexpr Place kNowhere = ~Place{0};  // nobody's: it can be left all the same

  // By a process, which is the one that is captured or a child of it.
  Place enter(pid_t sender, pid_t parent);
  void began(Place place, pid_t pid, std::uint64_t time_ns);

  // Until all of this process that began earlier have left, and so have those that connected
  // before now, may be of this process, and have not said when they began, or they have said so.
  void wait(Place place);

  void leave(Place place);

 private:
  struct Capture {
    pid_t sender = 0;
    pid_t parent = 0;
    bool known = false;  // whose it is, and its time
    pid_t pid = 0;
    std::uint64_t time_ns = 0;
  };

  bool is_turn_of(Place place, Place end) const;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Place, Capture> captures_;
  Place next_ = 0;
};

}  // namespace heapsnap
