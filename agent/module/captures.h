// The captures that this process has started: a table in memory that the process shares with the
// copies of itself which write the snapshots.
//
//     Capture* capture = begin_capture();        // nullptr: too many are under way
//     ...                                        // fork mode: conclude() is called by the copy
//     wait_for(*capture, 50 * kMillisecond)      // true: it is concluded, and the copy reaped
//
// A forked process starts with a table of its own. Nothing here allocates or needs the GIL;
// a handle may be looked up until 64 more captures were begun.
#pragma once

#include <atomic>
#include <cstdint>

namespace heapsnap {

// Why there is no whole snapshot.
enum class Failure : std::uint32_t {
  kNone,
  kExists,       // a file of that name
  kSpace,        // the file system has too little room
  kOpen,
  kConnect,
  kName,         // the name is too long
  kWrite,
  kRename,
  kMemory,
  kUnsupported,  // a Python that the walker does not know
  kIncomplete,   // there is a file, which says so
  kDied,         // the copy was ended by a signal; its number is `error`
};

struct Capture {
  enum State : std::uint32_t { kFree, kRunning, kDone };

  std::atomic<std::uint32_t> state;        // a futex
  std::atomic<std::uint32_t> pause_known;  // a futex: `pause_ns` has been set
  std::atomic<std::uint32_t> arrived;      // a futex: the output was opened, or cannot be
  std::uint32_t handle;
  std::uint32_t number;                    // which of this process's captures it is
  std::atomic<std::int32_t> child;         // pid of the copy; 0: none, or it has been reaped
  std::uint64_t pause_ns;                  // how long the process stood still
  bool in_place;                           // no copy
  int refused;                             // in place for lack of a copy: the errno of clone
  // Once kDone:
  Failure failure;
  int error;                               // errno or signal, 0: none
  const char* reason;                      // static, or nullptr
  std::uint64_t objects;
  std::uint64_t bytes;                     // of the stream
};

inline constexpr int kMaxHandle = 255;  // the largest int that Python never allocates is 256

bool prepare_captures();                // once; false: no memory
Capture* begin_capture();
Capture* find_capture(unsigned handle); // nullptr: no such capture, or forgotten
// In the copy: until those that began earlier have arrived or are concluded. Then whoever reads
// learns of captures in their order, on however busy a machine.
void await_earlier(const Capture& capture);
void arrive(Capture& capture);
void conclude(Capture& capture, Failure failure, int error, const char* reason);
bool wait_for(Capture& capture, std::uint64_t nanoseconds);

}  // namespace heapsnap
