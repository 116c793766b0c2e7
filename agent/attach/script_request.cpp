#include "agent/attach/script_request.h"

#include <chrono>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "agent/attach/foreign_memory.h"
#include "agent/attach/passing_state.h"
#include "agent/attach/python_version.h"
#include "agent/attach/stopped_process.h"
#include "agent/layout/layout.h"

namespace heapsnap {
namespace {

// _Py_DebugOffsets.debugger_support of CPython 3.14 and 3.15
// (Include/internal/pycore_debug_offsets.h).
struct DebuggerSupport {
  std::uint64_t eval_breaker;  // in the thread's state
  std::uint64_t support;       // in the thread's state; the next but one are in this
  std::uint64_t enabled;       // in the interpreter's state: PyConfig.remote_debug
  std::uint64_t pending_call;
  std::uint64_t script_path;
  std::uint64_t script_path_size;
};

constexpr std::uint32_t kFirstVersion = 0x030E;   // 3.14
constexpr std::uint64_t kPathRoom = 512;          // in both
constexpr std::chrono::seconds kToWithdraw{2};    // while somebody else traces
constexpr std::uint64_t kMostOffset = 1 << 24;
constexpr std::uint64_t kStopBit = 1 << 5;        // _PY_EVAL_PLEASE_STOP_BIT, in both

// Where it begins; checked against what can be known of its contents. 0: no such thing.
Address place_of_support(const Target& target) {
  switch (target.hexversion >> 16) {
    case 0x030E: return target.runtime + 712;
    case 0x030F: return target.runtime + 840;
    default: return 0;
  }
}

bool is_possible(const DebuggerSupport& support) {
  return support.script_path_size == kPathRoom && support.pending_call < kPathRoom &&
         support.script_path < kPathRoom && support.eval_breaker < kMostOffset &&
         support.support < kMostOffset && support.enabled < kMostOffset;
}

tl::unexpected<Error> impossible(pid_t pid, std::string_view why) {
  return failure(ErrorCode::kCapture, fmt::format("process {} {}", pid, why));
}

}  // namespace

Result<ScriptRequest::Place> ScriptRequest::find_place(const PythonProcess& python) {
  const Target& target = python.target;
  const LiveMemory memory(python.pid);
  if (target.hexversion >> 16 < kFirstVersion) {
    return impossible(python.pid,
                      fmt::format("runs CPython {}, and only 3.14 and later can be asked to "
                                  "execute a script",
                                  version_text(target.hexversion)));
  }
  const Layout* const layout = layout_for(target.hexversion);
  const auto support = memory.get<DebuggerSupport>(place_of_support(target));
  if (layout == nullptr || !support || !is_possible(*support)) {
    return impossible(python.pid, "does not say where a script is to be put");
  }
  if (memory.get<std::int32_t>(target.interpreter + support->enabled).value_or(0) != 1) {
    return impossible(python.pid, "executes no scripts from outside: it was started with "
                                  "PYTHON_DISABLE_REMOTE_DEBUG or -X disable-remote-debug");
  }
  const auto threads_main = static_cast<Address>(layout->hints.debug.interpreter.threads_main);
  const std::uint64_t place_of_main = memory.word(target.runtime + threads_main);
  const Address thread = memory.word(target.interpreter + place_of_main);
  if (thread == 0) return impossible(python.pid, "has no main thread: it starts, or ends");
  const Address start = thread + support->support;
  return Place{.breaker = thread + support->eval_breaker,
               .pending = start + support->pending_call,
               .path = start + support->script_path,
               .room = support->script_path_size};
}

Result<void> ScriptRequest::check(const PythonProcess& python) {
  const Result<Place> place = find_place(python);
  if (!place) return tl::unexpected(place.error());
  return {};
}

Result<ScriptRequest> ScriptRequest::make(const PythonProcess& python, std::string_view path) {
  const Result<Place> place = find_place(python);
  if (!place) return tl::unexpected(place.error());
  if (path.size() >= place->room) return impossible(python.pid, "has no room for so long a path");
  const ScriptRequest request(python, *place);
  const Result<StoppedProcess> stopped = StoppedProcess::stop(python.pid, Threads::kAll);
  if (!stopped) return tl::unexpected(stopped.error());
  if (identity_of(python.pid) != python.identity) return tl::unexpected(replaced(python.pid));
  if (const Result<void> written = request.write(path); !written) {
    return tl::unexpected(written.error());
  }
  return request;
}

// The path last but one, the flag last: whatever fails, nothing is executed.
Result<void> ScriptRequest::write(std::string_view path) const {
  const LiveMemory memory(pid_);
  const std::string text(path);
  const std::int32_t pending = 1;
  if (is_waiting()) return impossible(pid_, "is asked to execute another script already");
  const auto breaker = memory.get<std::uint64_t>(place_.breaker);
  const std::uint64_t stop = breaker.value_or(0) | kStopBit;
  if (breaker && memory.write(place_.path, text.c_str(), text.size() + 1) &&
      memory.write(place_.breaker, &stop, sizeof stop) &&
      memory.write(place_.pending, &pending, sizeof pending)) {
    return {};
  }
  return impossible(pid_, "cannot be written to");
}

bool ScriptRequest::is_waiting() const {
  return LiveMemory(pid_).get<std::int32_t>(place_.pending).value_or(0) == 1;
}

// A process that cannot be stopped, as one of its threads waits in the kernel, is not left with a
// request that it may see hours later: the flag is one word, which the interpreter clears before it
// reads the path (Python/ceval_gil.c).
bool ScriptRequest::withdraw() const {
  const std::int32_t none = 0;
  const Result<StoppedProcess> stopped = try_until(
      Clock::now() + kToWithdraw, [&] { return StoppedProcess::stop(pid_, Threads::kAll); });
  if (identity_of(pid_) != identity_) return true;  // it went with its program
  if (!is_waiting()) return false;
  return LiveMemory(pid_).write(place_.pending, &none, sizeof none) && stopped;
}

}  // namespace heapsnap
