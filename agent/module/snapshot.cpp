#include "agent/module/snapshot.h"

#include <sys/mman.h>
#include <sys/utsname.h>

#include <cstring>
#include <string_view>

#include "agent/module/facts.h"
#include "agent/module/destination.h"
#include "agent/module/process.h"
#include "agent/module/system_calls.h"
#include "agent/module/this_python.h"
#include "agent/module/tracemalloc.h"

namespace heapsnap {
namespace {

constexpr std::uint64_t kPatienceForPause = 100 * kMillisecond;

void* arena = nullptr;
Destination output;
Capture* current = nullptr;
std::uint8_t facts_room[16384];
char text_room[4096];
char word_room[4096];

void add_command_line(Facts& facts, const SnapshotRequest& request) {
  const std::string_view words = read_file("/proc/self/cmdline", text_room);
  facts.add("argv", request.strings == Strings::kFull ? whole_command_line(words, word_room)
                                                      : program_and_script(words, word_room));
}

void add_python(Facts& facts) {
  const ThisPython& python = this_python();
  facts.add("hexversion", python.hexversion);
  facts.add("python", python.version);
  facts.add("build", python.build);
  if (python.allocator[0] != '\0') facts.add("allocator", python.allocator);
  facts.add("implementation", "cpython");
  facts.add("hash_key", python.key_fingerprint);
}

// The process goes on while its copy gets ready, and has measured its pause by then.
void add_pause(Facts& facts, const Capture& capture) {
  if (capture.in_place) {
    const auto refused = static_cast<std::uint64_t>(capture.refused);
    if (refused != 0) facts.add("fork_refused", refused);
    return;
  }
  if (capture.pause_known.load() == 0) wait_while(capture.pause_known, 0, kPatienceForPause);
  if (capture.pause_known.load() != 0) facts.add("pause_ns", capture.pause_ns);
}

Facts describe(const SnapshotRequest& request, const Capture& capture) {
  Facts facts(facts_room);
  facts.add("agent", HEAPSNAP_VERSION);
  facts.add("method", "agent");
  facts.add("mode", capture.in_place ? "stop" : "fork");
  facts.add("trigger", request.trigger);
  facts.add("collector", request.collector_on ? "on" : "off");
  add_python(facts);
  facts.add("pid", static_cast<std::uint64_t>(request.process));
  utsname system = {};
  if (system_call(SYS_uname, &system) == 0) facts.add("host", system.nodename);
  facts.add("time_ns", request.time_ns);
  if (const std::uint64_t start = start_time_ns(request.process)) facts.add("start_time_ns", start);
  facts.add_strings(request.strings, request.prefix);
  add_command_line(facts, request);
  add_pause(facts, capture);
  return facts;
}

Failure failure_of(const WalkReport& report) {
  switch (report.status) {
    case WalkStatus::kComplete: return report.objects == 0 ? Failure::kIncomplete : Failure::kNone;
    case WalkStatus::kIncomplete: return Failure::kIncomplete;
    case WalkStatus::kUnsupported:
    case WalkStatus::kLists: return Failure::kUnsupported;
    case WalkStatus::kOutput: return Failure::kWrite;
    case WalkStatus::kRoom: return Failure::kSpace;
    case WalkStatus::kMemory: return Failure::kMemory;
  }
  return Failure::kIncomplete;
}

WalkReport walk_to_output(const SnapshotRequest& request, const Capture& capture, Recovery& recovery) {
  const Facts facts = describe(request, capture);
  WalkOptions options;
  options.target = request.target;
  options.strings = request.strings;
  options.prefix = request.prefix;
  std::memcpy(options.hash_key, this_python().hash_key, sizeof options.hash_key);
  options.arena = arena;
  options.arena_size = kArenaSize;
  options.output = output.descriptor();
  options.room = output.room();
  options.facts = facts.data();
  options.facts_size = facts.size();
  options.sites = allocation_sites_of(request, capture);
  options.process = request.process;
  WalkReport report;
  walk(options, recovery, report);
  return report;
}

const char* reason_of(const WalkReport& report) {
  if (report.reason != nullptr) return report.reason;
  return report.objects == 0 ? "no objects were found" : "the walk gave up";
}

}  // namespace

bool prepare_arena() {
  if (arena != nullptr) return true;
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  const long address = system_call(SYS_mmap, 0, kArenaSize, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (address < 0) return false;
  arena = reinterpret_cast<void*>(address);
  return true;
}

void write_snapshot(const SnapshotRequest& request, Capture& capture, Recovery& recovery) {
  current = &capture;
  if (!output.open(request.path, request.process, capture.handle)) {
    const Failure failure = output.failure();
    const int error = output.error();
    output.discard();
    return conclude(capture, failure, error, nullptr);
  }
  arrive(capture);
  const WalkReport report = walk_to_output(request, capture, recovery);
  Failure failure = failure_of(report);
  int error = report.error;
  capture.objects = report.objects;
  capture.bytes = report.bytes;
  if (failure != Failure::kNone && failure != Failure::kIncomplete) {
    output.discard(failure == Failure::kUnsupported ? "unsupported" : "failed",
                   report.bytes == 0 ? reason_of(report) : nullptr);
  } else if (!output.commit()) {
    failure = output.failure();
    error = output.error();
  }
  conclude(capture, failure, error, reason_of(report));
}

void abandon_snapshot(int signal) {
  output.discard();
  conclude(*current, Failure::kDied, signal, nullptr);
}

void clear_arena() { system_call(SYS_madvise, arena, kArenaSize, MADV_DONTNEED); }

}  // namespace heapsnap
