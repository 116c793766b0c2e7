// HeapWalk is the course of a walk: it finds the heap's ends, marks what the collector tracks,
// and visits everything.
//
// What is tracked is marked in a first round over the collector's lists, so that in the second
// only the other objects need a place in the queue. Each list is followed with a run-ahead that
// prefetches. Every loop is bounded by what has not been seen before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "agent/walk/gc_rings.h"
#include "agent/walk/interned.h"
#include "agent/walk/objects.h"
#include "agent/walk/roots.h"
#include "agent/walk/self_test.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

template <class Memory>
class HeapWalk {
 public:
  explicit HeapWalk(Walk<Memory>& walk)
      : walk_(walk), gc_(walk.layout.gc), roots_(walk), state_(roots_.state()) {}

  // nullptr if the heap was found, or what is wrong; nothing is written so far. Then
  // lists_missing() tells whether it is only that the collector's lists are not there.
  const char* find() {
    const char* wrong = nullptr;
    const bool readable = walk_.guarded([&] {
      const SelfTest<Memory> test(walk_);
      find_static_types();
      wrong = test.types();
      if (wrong == nullptr) wrong = test.modules(modules());
    });
    if (!readable) return "objects that every process has could not be read";
    if (wrong != nullptr) return wrong;
    const bool whole = walk_.guarded([&] { find_interpreters(); });
    lists_missing_ = !whole || ring_count_ == 0;
    return lists_missing_ ? "the collector's lists were not found" : nullptr;
  }
  bool lists_missing() const { return lists_missing_; }

  // What the collector tracks. False if a snapshot of it needs more than the room there is.
  bool mark() {
    if (unread_ != 0) {
      walk_.emitter.fault(unread_, 0, FaultReason::kMemoryFault,
                          "an interpreter's lists of the collector were not found");
    }
    for (std::size_t i = 0; i < ring_count_; ++i) mark_ring(rings_[i]);
    walk_.subtype_traverse = most_voted();
    return tracked_ <= walk_.options.room / kLeastNode;
  }

  // Everything, after mark(). False if it was given up; then reason() says why.
  bool run() {
    if (tracked_ == 0) reason_ = "the collector was running: its lists are empty";
    for (const Address object : {walk_.options.target.type, walk_.options.target.object,
                                 walk_.options.target.none}) {
      walk_.emitter.enqueue(object);
    }
    roots_.walk_roots();
    for (std::size_t i = 0; i < ring_count_ && !over(); ++i) visit_ring(rings_[i]);
    walk_.drain(0);
    if constexpr (!Memory::kCanCall) {
      walk_.emitter.fact("scanned_references", walk_.scanned);
      walk_.emitter.fact("guessed_references", walk_.guessed);
    }
    if (reason_ == nullptr && too_many_faults()) {
      reason_ = "too much could not be read: is this an ordinary build of this CPython?";
    }
    if (walk_.emitter.arena().failed()) reason_ = "out of memory";
    if (walk_.memory.exhausted()) reason_ = "reading did not end: the memory is damaged";
    return reason_ == nullptr;
  }

  const char* reason() const { return reason_; }
  std::uint64_t tracked() const { return tracked_; }  // after mark()

 private:
  static constexpr std::size_t kMaxRings = 256;
  static constexpr std::uint64_t kLeastNode = 2;  // bytes: its head and its reference count
  static constexpr std::size_t kBacklog = 24;    // objects left in the queue for the prefetch
  static constexpr int kRunAhead = 8;
  static constexpr std::size_t kCandidates = 64;

  struct Ring {
    Address head;
    bool frozen;
    std::uint64_t count;  // of its objects
  };
  struct Candidate {
    Address traverse;
    std::uint64_t votes;
  };

  // Headers of a list that come soon. Memory of another process is not brought near.
  struct RunAhead {
    Address near = 0, far = 0;
  };

  RunAhead run_ahead_of(Address at) const {
    RunAhead ahead;
    if constexpr (Memory::kCanCall) {
      for (int i = 0; i < kRunAhead; ++i) at = next_of(at);
      ahead.near = at;
      for (int i = 0; i < kRunAhead; ++i) at = next_of(at);
      ahead.far = at;
    }
    return ahead;
  }

  void bring_near(RunAhead& ahead) const {
    if constexpr (Memory::kCanCall) {
      prefetch(ahead.far + 64);
      ahead.far = next_of(ahead.far);
      prefetch(ahead.far);
      // By now the object is there, and where a list, dict or set has its table can be read.
      ahead.near = next_of(ahead.near);
      prefetch_at(ahead.near, gc_.head_size + walk_.layout.list.ob_item);
      prefetch_at(ahead.near, gc_.head_size + walk_.layout.dict.ma_keys);
    }
  }

  static void prefetch(Address address) {
    __builtin_prefetch(reinterpret_cast<const void*>(address));
  }

  // What a word behind a header refers to. The object may be smaller than that, and the last one
  // before memory that is not there: such a word is read in the header's own page only.
  void prefetch_at(Address header, Offset offset) const {
    constexpr Address kPage = 4096;
    const Address word = header + static_cast<Address>(offset);
    if (header / kPage == (word + 7) / kPage) prefetch(walk_.memory.word(word));
  }

  Address next_of(Address header) const {
    return walk_.memory.word(header + gc_.next) & static_cast<std::uint64_t>(gc_.pointer_mask);
  }

  // Single objects can be broken; where many are, it is the layout that is wrong.
  bool too_many_faults() const {
    const Totals& totals = walk_.emitter.totals;
    return totals.faults > 200 && totals.faults > totals.objects / 50;
  }

  Address modules() const {
    const Address place =
        walk_.options.target.interpreter + state_.hints().interpreter.modules;
    Address modules = 0;
    return walk_.memory.probe(place, &modules, sizeof modules) && is_dict(modules) ? modules : 0;
  }

  void find_static_types() {
    if (walk_.options.target.interpreter == 0) return;
    walk_.static_types = static_types_of(walk_.options.target.interpreter);
  }

  // Believed only if they lead to the dict of type; else 0.
  Address static_types_of(Address interpreter) const {
    const StateHints::StaticTypes& s = walk_.layout.hints.static_types;
    if (s.builtins == kAbsent) return 0;
    const Address array = interpreter + static_cast<Address>(s.builtins + state_.shift());
    const Address state = static_type_state_in(walk_, array, walk_.options.target.type);
    Address dict = 0;
    const bool found =
        state != 0 && walk_.memory.probe(state + s.tp_dict, &dict, sizeof dict) && is_dict(dict);
    return found ? array : 0;
  }

  bool is_dict(Address object) const { return state_.is_object(object, "dict"); }

  void find_interpreters() {
    bool own = false;
    state_.for_each_interpreter([&](Address interpreter) {
      add_interpreter(interpreter);
      own |= interpreter == walk_.options.target.interpreter;
    });
    if (!own) add_interpreter(walk_.options.target.interpreter);
  }

  // Others may have a lock of their own, and be copied while their threads change them.
  void add_interpreter(Address interpreter) {
    const GcRings found = RingFinder<Memory>(walk_, state_.hints()).find(interpreter);
    if (found.count == 0) unread_ = interpreter;
    if (found.count != 0) {
      walk_.guarded([&] {
        find_interned(walk_, interpreter);
        const Address types = static_types_of(interpreter);
        if (types != 0 && types != walk_.static_types) walk_.other_static_types.add(types);
      });
    }
    for (std::size_t i = 0; i < found.count && ring_count_ < kMaxRings; ++i) {
      rings_[ring_count_++] = {found.heads[i], found.frozen[i], 0};
    }
  }

  void mark_ring(Ring& ring) {
    const bool whole = walk_.guarded([&] {
      for (Address at = next_of(ring.head); at != ring.head; at = next_of(at)) {
        const Address object = at + gc_.head_size;
        walk_.got_on(object);
        if (!walk_.emitter.seen.insert(object)) {
          walk_.emitter.fault(object, 0, FaultReason::kBoundExceeded,
                              "a list of the collector loops");
          break;
        }
        if constexpr (!Memory::kCanCall) walk_.listed.insert(object);
        ++ring.count;
        if (walk_.type_of(object) == walk_.options.target.type) vote(object);
      }
    });
    if (!whole) {
      walk_.emitter.fault(walk_.recovery.reached, 0, FaultReason::kMemoryFault,
                          "a list of the collector leads nowhere");
    }
    tracked_ += ring.count;
  }

  // Classes made in Python share one tp_traverse; they are those with names for attributes.
  void vote(Address type) {
    const Layout::Type& t = walk_.layout.type;
    if ((walk_.memory.word(type + t.tp_flags) & kTypeHeapType) == 0) return;
    if (walk_.memory.word(type + t.ht_cached_keys) == 0) return;
    const Address traverse = walk_.memory.word(type + t.tp_traverse);
    for (Candidate& candidate : candidates_) {
      if (candidate.votes == 0) candidate.traverse = traverse;
      if (candidate.traverse != traverse) continue;
      ++candidate.votes;
      return;
    }
  }

  Address most_voted() const {
    Candidate best = {0, 0};
    for (const Candidate& candidate : candidates_) {
      if (candidate.votes > best.votes) best = candidate;
    }
    return best.traverse;
  }

  void visit_ring(const Ring& ring) {
    const std::uint32_t known = kTracked | (ring.frozen ? kFrozen : 0u);
    Address at = next_of(ring.head);
    std::uint64_t left = ring.count;
    RunAhead ahead = run_ahead_of(at);
    const auto body = [&] {
      while (left > 0 && !over()) {
        const Address object = at + gc_.head_size;
        --left;
        at = next_of(at);
        bring_near(ahead);
        visit(walk_, object, known);
        if (walk_.emitter.queue.size() > kBacklog) walk_.drain(kBacklog / 2);
      }
    };
    while (!walk_.guarded(body)) give_up(walk_);
  }

  bool over() {
    const std::uint64_t budget =
        walk_.options.budget_objects != 0 ? walk_.options.budget_objects : std::uint64_t{1} << 33;
    if (walk_.emitter.totals.objects > budget) reason_ = "more objects than the budget allows";
    return reason_ != nullptr || walk_.emitter.failed();
  }

  Walk<Memory>& walk_;
  const Layout::Gc& gc_;
  RootWalker<Memory> roots_;
  const RuntimeState<Memory>& state_;
  Ring rings_[kMaxRings];
  std::size_t ring_count_ = 0;
  std::uint64_t tracked_ = 0;
  bool lists_missing_ = false;
  Address unread_ = 0;  // an interpreter without lists, if there is one
  Candidate candidates_[kCandidates] = {};
  const char* reason_ = nullptr;
};

}  // namespace heapsnap
