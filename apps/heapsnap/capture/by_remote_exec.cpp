#include "apps/heapsnap/capture/by_remote_exec.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "agent/attach/held_signals.h"
#include "agent/attach/passing_state.h"
#include "agent/attach/python_process.h"
#include "agent/attach/script_request.h"
#include "agent/module/mark.h"
#include "apps/heapsnap/capture/agent_stream.h"
#include "apps/heapsnap/capture/remote_script.h"
#include "apps/heapsnap/run/agent_folder.h"

namespace heapsnap {
namespace {

using std::chrono::milliseconds;
using RequestClock = std::chrono::steady_clock;

constexpr milliseconds kLook{50};  // between two looks at whether we are to end

// What would end us waits until the request is withdrawn, and ends us when this goes out of scope.
// What is held back or ignored already, as by `watch`, is somebody else's to see to.
class DelayedEnd {
 public:
  DelayedEnd() {
    sigemptyset(&ending_);
    pthread_sigmask(SIG_BLOCK, nullptr, &earlier_);
    for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) {
      struct sigaction action = {};
      const bool known = sigaction(signal, nullptr, &action) == 0;
      const bool ends = known && action.sa_handler != SIG_IGN;
      if (ends && sigismember(&earlier_, signal) == 0) sigaddset(&ending_, signal);
    }
    pthread_sigmask(SIG_BLOCK, &ending_, nullptr);
  }
  ~DelayedEnd() { pthread_sigmask(SIG_SETMASK, &earlier_, nullptr); }
  DelayedEnd(const DelayedEnd&) = delete;
  DelayedEnd& operator=(const DelayedEnd&) = delete;

  bool has_come() const {
    sigset_t waiting, ending;
    sigpending(&waiting);
    return sigandset(&ending, &waiting, &ending_) == 0 && sigisemptyset(&ending) == 0;
  }

 private:
  sigset_t ending_;
  sigset_t earlier_;
};

// `end`: what makes us wait no longer; may be nothing.
Result<bool> await(AgentStream& stream, milliseconds timeout, const DelayedEnd* end) {
  const auto deadline = RequestClock::now() + timeout;
  while (end == nullptr || !end->has_come()) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - RequestClock::now());
    const Result<bool> heard = stream.is_heard(std::clamp(left, milliseconds(0), kLook));
    if (!heard || *heard || left <= kLook) return heard;
  }
  return false;
}

// Until the script is about to capture: then it needs neither its file nor us.
Result<bool> ask(const PythonProcess& python, const CaptureOrders& orders, AgentStream& stream,
                 const std::string& agent) {
  const DelayedEnd end;
  const HeldSignals held;
  const Result<RemoteScript> script = RemoteScript::write(orders, agent, stream.address());
  if (!script) return tl::unexpected(script.error());
  const Result<ScriptRequest> request =
      try_until(RequestClock::now() + orders.timeout,
                [&] { return ScriptRequest::make(python, script->path()); });
  if (!request) return tl::unexpected(request.error());
  const Result<bool> heard = await(stream, orders.timeout, &end);
  if (!heard || *heard || request->withdraw()) return heard;
  return await(stream, orders.timeout, nullptr);  // it was being taken
}

}  // namespace

Result<Captured> capture_by_remote_exec(const CaptureOrders& orders, SnapshotNames& names) {
  const Result<PythonProcess> python = try_until(RequestClock::now() + orders.timeout,
                                                 [&] { return find_python(orders.pid); });
  if (!python) return tl::unexpected(python.error());
  const Result<std::string> agent = agent_folder();
  if (!agent) return tl::unexpected(agent.error());
  Result<AgentStream> stream = AgentStream::open(
      fmt::format("{}exec-{}-{}", kCaptureSocket, orders.pid, getpid()), orders.pid);
  if (!stream) return tl::unexpected(stream.error());
  const Result<bool> heard = ask(*python, orders, *stream, *agent);
  if (!heard) return tl::unexpected(heard.error());
  if (!*heard) {
    return failure(ErrorCode::kCapture,
                   fmt::format("process {} did not execute the script in time: its main thread "
                               "waits, or is busy, in C code; the request was withdrawn",
                               orders.pid));
  }
  CaptureOrders with_method = orders;
  with_method.settings.labels.push_back({"method", "remote-exec"});
  Result<Captured> captured = stream->write(with_method, names);
  if (captured) captured->snapshot.method = "remote-exec";
  return captured;
}

}  // namespace heapsnap
