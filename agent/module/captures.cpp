#include "agent/module/captures.h"

#include <sys/mman.h>
#include <sys/wait.h>

#include <cerrno>

#include "agent/module/system_calls.h"

namespace heapsnap {
namespace {

constexpr unsigned kSlots = 64;
constexpr std::size_t kTableSize = kSlots * sizeof(Capture);
constexpr int kChanging = -1;
constexpr std::uint64_t kPatience = 5 * kSecond;  // with copies that were killed, above all

Capture* table = nullptr;
std::atomic<int> owner = 0;  // pid of the process that `table` is of, or kChanging
std::atomic<unsigned> begun = 0;

int process_id() { return static_cast<int>(system_call(SYS_getpid)); }

Capture* map_table() {
  const long address = system_call(SYS_mmap, 0, kTableSize, PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return address < 0 ? nullptr : reinterpret_cast<Capture*>(address);  // zeroed: all kFree
}

// After a fork the table is still shared with the parent process, whose captures are not ours.
bool own_table() {
  const int self = process_id();
  int seen = owner.load(std::memory_order_acquire);
  if (seen == self) return true;
  if (seen == kChanging || !owner.compare_exchange_strong(seen, kChanging)) return false;
  Capture* fresh = map_table();
  if (fresh != nullptr) {
    if (table != nullptr) system_call(SYS_munmap, table, kTableSize);
    table = fresh;
  }
  owner.store(fresh != nullptr ? self : seen, std::memory_order_release);
  return fresh != nullptr;
}

// Reaps the copy if it has ended, or will at once.
void reap(Capture& capture) {
  const int child = capture.child.load();
  if (child == 0) return;
  const bool done = capture.state.load(std::memory_order_acquire) == Capture::kDone;
  int status = 0;
  const long reaped = system_call(SYS_wait4, child, &status, done ? __WALL : __WALL | WNOHANG, 0);
  if (reaped == 0 || reaped == -EINTR) return;
  if (capture.state.load(std::memory_order_acquire) != Capture::kDone) {
    conclude(capture, Failure::kDied, WIFSIGNALED(status) ? WTERMSIG(status) : 0, nullptr);
  }
  capture.child.store(0);
}

bool take(Capture& slot) {
  std::uint32_t state = slot.state.load(std::memory_order_acquire);
  if (state == Capture::kRunning) {
    reap(slot);
    state = slot.state.load(std::memory_order_acquire);
  }
  if (state == Capture::kRunning) return false;
  if (state == Capture::kDone) reap(slot);
  return slot.child.load() == 0 && slot.state.compare_exchange_strong(state, Capture::kRunning);
}

}  // namespace

bool prepare_captures() { return own_table(); }

Capture* begin_capture() {
  if (!own_table()) return nullptr;
  for (unsigned tries = 0; tries < kSlots; ++tries) {
    const unsigned number = begun.fetch_add(1), handle = number & kMaxHandle;
    Capture& slot = table[handle % kSlots];
    if (!take(slot)) continue;
    slot.pause_known.store(0);
    slot.arrived.store(0);
    slot.handle = handle;
    slot.number = number;
    slot.pause_ns = 0;
    slot.in_place = false;
    slot.refused = 0;
    slot.objects = slot.bytes = 0;
    return &slot;
  }
  return nullptr;
}

Capture* find_capture(unsigned handle) {
  if (!own_table()) return nullptr;
  Capture& slot = table[handle % kSlots];
  const bool used = slot.state.load(std::memory_order_acquire) != Capture::kFree;
  return used && slot.handle == handle ? &slot : nullptr;
}

void await_earlier(const Capture& capture) {
  const std::uint64_t end = clock_ns(CLOCK_MONOTONIC) + kPatience;
  for (unsigned i = 0; i < kSlots; ++i) {
    const Capture& other = table[i];
    const bool earlier = static_cast<std::int32_t>(other.number - capture.number) < 0;
    if (!earlier || other.state.load(std::memory_order_acquire) != Capture::kRunning) continue;
    const std::uint64_t now = clock_ns(CLOCK_MONOTONIC);
    if (other.arrived.load() == 0 && now < end) wait_while(other.arrived, 0, end - now);
  }
}

void arrive(Capture& capture) {
  capture.arrived.store(1);
  wake(capture.arrived);
}

void conclude(Capture& capture, Failure failure, int error, const char* reason) {
  capture.failure = failure;
  capture.error = error;
  capture.reason = reason;
  capture.state.store(Capture::kDone, std::memory_order_release);
  wake(capture.state);
  arrive(capture);
}

bool wait_for(Capture& capture, std::uint64_t nanoseconds) {
  if (nanoseconds != 0) wait_while(capture.state, Capture::kRunning, nanoseconds);
  reap(capture);
  return capture.state.load(std::memory_order_acquire) == Capture::kDone &&
         capture.child.load() == 0;
}

}  // namespace heapsnap
