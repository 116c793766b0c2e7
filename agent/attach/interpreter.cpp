#include "agent/attach/interpreter.h"

#include <cstring>

#include "agent/layout/layout.h"

namespace heapsnap {
namespace {

constexpr int kMostInterpreters = 4096;
constexpr std::uint64_t kMostOffset = std::uint64_t{1} << 24;

// Hints, replaced by what _Py_DebugOffsets says if it is there.
class Places {
 public:
  Places(const ForeignMemory& memory, const Target& target, const StateHints& hints)
      : memory_(memory), runtime_(target.runtime) {
    const DebugOffsets& d = hints.debug;
    char cookie[8] = {};
    told_ = d.cookie != kAbsent && memory.read(at(runtime_, d.cookie), cookie, sizeof cookie) &&
            std::memcmp(cookie, "xdebugpy", sizeof cookie) == 0 &&
            memory.word(at(runtime_, d.version)) >> 16 == target.hexversion >> 16;
  }

  bool told() const { return told_; }
  std::uint64_t word(Address structure, Offset place, Offset hint) const {
    return memory_.word(at(structure, told(place, hint)));
  }
  Offset told(Offset place, Offset hint) const {
    if (!told_ || place == kAbsent) return hint;
    const std::uint64_t value = memory_.word(at(runtime_, place));
    return value < kMostOffset ? static_cast<Offset>(value) : hint;
  }

  static Address at(Address structure, Offset offset) {
    return structure + static_cast<Address>(static_cast<std::int64_t>(offset));
  }

 private:
  const ForeignMemory& memory_;
  Address runtime_;
  bool told_ = false;
};

// It is the oldest, and the list begins with the newest.
Address main_interpreter(const Places& places, const StateHints& hints, Address runtime) {
  const DebugOffsets& d = hints.debug;
  Address interpreter =
      places.word(runtime, d.runtime.interpreters_head, hints.runtime.interpreters_head);
  for (int i = 0; i < kMostInterpreters && interpreter != 0; ++i) {
    const Address next = places.word(interpreter, d.interpreter.next, hints.interpreter.next);
    if (next == 0) break;
    interpreter = next;
  }
  return interpreter;
}

// The flag that gc.enable() sets is before the collector's lists, with others that differ
// (Include/internal/pycore_gc.h, from 3.14 on pycore_interp_structs.h).
Offset before_lists(std::uint32_t hexversion) { return hexversion >> 16 >= 0x030F ? 8 : 12; }

// Whether a list of the collector has its head here.
bool is_head(const ForeignMemory& memory, Address head, std::uint64_t mask) {
  const Address next = memory.word(head) & mask, last = memory.word(head + 8) & mask;
  if (next == 0 || last == 0) return false;
  return (memory.word(next + 8) & mask) == head || (memory.word(last) & mask) == head;
}

}  // namespace

InterpreterPlaces find_interpreter(const ForeignMemory& memory, const Target& target) {
  const Layout* const layout = layout_for(target.hexversion);
  if (layout == nullptr || target.runtime == 0) return {};
  const StateHints& hints = layout->hints;
  const Places places(memory, target, hints);
  InterpreterPlaces found{.interpreter = main_interpreter(places, hints, target.runtime)};
  if (found.interpreter == 0) return found;
  const Offset gc = places.told(hints.debug.interpreter.gc, hints.interpreter.gc);
  const Offset collecting = places.told(hints.debug.gc.collecting, hints.gc.collecting);
  const Address state = Places::at(found.interpreter, gc);
  const auto mask = static_cast<std::uint64_t>(layout->gc.pointer_mask);
  const bool lists_are_there = is_head(memory, Places::at(state, hints.gc.generations), mask);
  if (places.told() || lists_are_there) found.collecting = Places::at(state, collecting);
  if (lists_are_there) {
    found.collector_on =
        Places::at(state, hints.gc.generations - before_lists(target.hexversion));
  }
  return found;
}

}  // namespace heapsnap
