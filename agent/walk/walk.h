// walk() reads the whole heap of one CPython process and streams a snapshot of it.
//
// This is the walker's only door, for all of its hosts: the extension's copy-on-write child, the
// extension in place, and the blob in a frozen copy. It allocates nothing from the target, calls
// nothing of the target but `tp_traverse` and `tp_is_gc`, changes no reference count, and uses no
// C library: memory comes from the arena and then from mmap, output goes to `write`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "libsnapshot/format.h"

namespace heapsnap {

// What text leaves the process (docs/model.md, "Text").
enum class Strings : std::uint8_t { kNone, kNames, kKeys, kPrefix, kFull };

// Addresses that the host knows and the walker starts from. Those of types are of the objects
// that CPython exports (PyType_Type and so on); 0 is "not known".
struct Target {
  std::uint32_t hexversion = 0;  // PY_VERSION_HEX of the running interpreter
  Address runtime = 0;           // _PyRuntime
  Address interpreter = 0;       // the interpreter state that the host runs in, or the main one
  Address thread = 0;            // the thread state that captures; 0: none
  Address type = 0;              // PyType_Type
  Address object = 0;            // PyBaseObject_Type
  Address none = 0;              // _Py_NoneStruct
};

// Where a fault or a stall in the walk is recovered. The host's signal handler (or the tracer of
// a frozen copy) calls recover(); the walker then gives up the object at hand, records a fault,
// and goes on with the next one.
struct Recovery {
  void* jump[5] = {};                   // for __builtin_setjmp
  volatile std::uint32_t armed = 0;     // recover() may be called
  volatile std::uint64_t progress = 0;  // grows whenever the walk gets on
  volatile std::uint64_t reached = 0;   // the address at hand
  volatile std::uint32_t reason = 0;    // FaultReason of the last recover()
};

// Jumps back into the walk on the same stack. Returns (doing nothing) if it is not armed.
void recover(Recovery& recovery, FaultReason reason);

// Where an object was allocated: what only the host can tell, of the address of its memory block.
struct AllocationSite {
  Address file = 0;  // a str, there until the next answer
  std::uint32_t line = 0;
};

enum class SiteAnswer : std::uint8_t { kKnown, kUnknown, kFailed };

// The walk asks when all else is written, and survives that an answer faults or never comes.
struct SiteSource {
  const char* (*begin)() = nullptr;  // why there will be no answers, or nullptr; nullptr: not asked
  SiteAnswer (*ask)(Address block, AllocationSite& site) = nullptr;
  const char* missing = nullptr;     // why it is not asked: a static line, for the facts
  std::uint64_t patience_ns = 0;     // for all answers together
};

struct WalkOptions {
  Target target;
  Strings strings = Strings::kKeys;
  std::uint32_t prefix = 0;         // characters, for Strings::kPrefix
  std::uint64_t hash_key[2] = {};   // of the text hashes
  void* arena = nullptr;            // mapped, zeroed, at least kArenaSize bytes
  std::size_t arena_size = 0;
  int output = -1;                  // file descriptor, written in chunks of up to 1 MiB
  // Takes the place of writing to `output`: how many bytes it took, or -errno.
  long (*send)(const std::uint8_t* bytes, std::size_t size) = nullptr;
  std::uint64_t room = ~std::uint64_t{0};  // bytes that fit there
  const std::uint8_t* facts = nullptr;  // an encoded facts chunk's payload from the host, or none
  std::size_t facts_size = 0;
  SiteSource sites;
  int process = 0;                  // pid whose /proc files are recorded; 0: none
  std::uint64_t least_tracked = 0;  // if the collector's lists hold fewer, nothing is written
  std::uint64_t budget_objects = 0; // give up beyond; 0: 2^33
  std::uint64_t budget_memory = 0;  // bytes mapped besides the arena, likewise; 0: 2^40
};

inline constexpr std::size_t kArenaSize = std::size_t{4} << 20;

enum class WalkStatus : int {
  kComplete = 0,
  kIncomplete = 1,   // the stream ends with complete = 0 and the reason
  kUnsupported = 2,  // nothing recognised: no layout, or the self-test failed; nothing written
  kOutput = 3,       // write failed; `error` is its errno
  kMemory = 4,       // mmap failed
  kRoom = 5,         // the stream would not fit into `room`; nothing written
  kLists = 6,        // the collector's lists are not whole: it runs, or they change just now;
                     // nothing written
};

struct WalkReport {
  WalkStatus status = WalkStatus::kUnsupported;
  int error = 0;
  std::uint64_t objects = 0;
  std::uint64_t edges = 0;
  std::uint64_t types = 0;
  std::uint64_t faults = 0;
  std::uint64_t bytes = 0;       // of the stream
  std::uint64_t nanoseconds = 0;
  const char* reason = nullptr;  // one line, static, if not complete
};

// Walks. `recovery` may be watched and used by a handler while this runs.
void walk(const WalkOptions& options, Recovery& recovery, WalkReport& report);

}  // namespace heapsnap
