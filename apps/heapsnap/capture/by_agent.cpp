#include "apps/heapsnap/capture/by_agent.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "agent/attach/control_group.h"
#include "agent/attach/descriptor.h"
#include "agent/attach/handler_table.h"
#include "agent/attach/proc_files.h"
#include "agent/attach/python_process.h"
#include "agent/module/mark.h"
#include "apps/heapsnap/capture/agent_mark.h"
#include "apps/heapsnap/capture/agent_stream.h"
#include "apps/heapsnap/run/process.h"
#include "apps/heapsnap/run/signal_name.h"

namespace heapsnap {
namespace {

using AskingClock = std::chrono::steady_clock;

constexpr std::chrono::seconds kBeforeReminder{1};
constexpr char kHowToInstall[] =
    "start it by heapsnap run, with HEAPSNAP=signal=USR2 in its environment, or let it call "
    "heapsnap.install(signal=\"USR2\")";

tl::unexpected<Error> impossible(std::string why) {
  return failure(ErrorCode::kCapture, std::move(why));
}

// What it does to a program without a handler: nothing.
bool is_harmless(const AgentMark& mark) {
  return mark.signal == SIGURG || mark.signal == SIGCHLD || mark.signal == SIGWINCH;
}

Result<AgentMark> find_agent(pid_t pid, const std::vector<MappedRange>& maps) {
  std::optional<AgentMark> found;
  bool loaded = false;
  for (const MappedRange& mapping : maps) {
    loaded = loaded || file_name(mapping.path) == "_agent.abi3.so";
    auto mark = parse_mark(mapping.path);
    if (mark && (!found || is_harmless(*mark))) found = std::move(mark);
  }
  if (found) return *std::move(found);
  return impossible(fmt::format("process {} has {}: {}", pid,
                                loaded ? "an agent of heapsnap that no signal asks"
                                       : "no agent of heapsnap in it",
                                kHowToInstall));
}

// The same for both if it cannot be told.
ino_t network_of(const std::string& process) {
  struct stat status = {};
  return stat(fmt::format("/proc/{}/ns/net", process).c_str(), &status) == 0 ? status.st_ino : 0;
}

Result<void> check_words(const AgentMark& mark, const CaptureOrders& orders) {
  if (!orders.mode.empty() && orders.mode != mark.mode) {
    return impossible(fmt::format("the agent in process {} was installed with mode={}: leave "
                                  "--mode away, or try --method {}",
                                  orders.pid, mark.mode,
                                  orders.mode == "stop" ? "read" : "remote-fork"));
  }
  const Result<TextOrders> texts = parse_strings(mark.strings);
  if (texts && *texts == orders.texts) return {};
  return impossible(fmt::format("the agent in process {} was installed with strings={}: give "
                                "--strings {}",
                                orders.pid, mark.strings, mark.strings));
}

// That the program has not put another handler in the place of the agent's.
Result<void> check_handler(const AgentMark& mark, const CaptureOrders& orders,
                           const std::vector<MappedRange>& maps) {
  const auto stands = is_handler(LiveMemory(orders.pid), maps, mark.signal, mark.handler);
  const std::string signal = signal_name(mark.signal);
  if (stands && !*stands) {
    return impossible(fmt::format("process {} has another handler for {} than the agent's: install "
                                  "the agent for a signal that the program does not take",
                                  orders.pid, signal));
  }
  if (stands || orders.method_asked || is_harmless(mark)) return {};
  return impossible(fmt::format("it cannot be seen whether process {} still has the agent's "
                                "handler for {}: if it has, --method agent asks it",
                                orders.pid, signal));
}

// That the signal reaches the agent's handler, and the agent reaches us.
Result<void> check_ways(const AgentMark& mark, pid_t pid) {
  const std::string signal = signal_name(mark.signal);
  if (!takes_signal(pid, mark.signal)) {
    return impossible(fmt::format("process {} has no handler for {} any more, or has still to see "
                                  "the last one",
                                  pid, signal));
  }
  const auto is_blocked = [&](pid_t thread) {
    const auto status = status_of_thread(pid, thread);
    return status && (status->blocked >> (mark.signal - 1) & 1) != 0;
  };
  if (std::ranges::all_of(threads_of(pid), is_blocked)) {
    return impossible(fmt::format("process {} blocks {}", pid, signal));
  }
  if (network_of(std::to_string(pid)) != network_of("self")) {
    return impossible(fmt::format("the agent in process {} cannot reach us from another network "
                                  "namespace: try nsenter --net --target {}",
                                  pid, pid));
  }
  return {};
}

// To this very process, whoever gets its number when it ends. 0, or errno.
int send_signal(int process, pid_t pid, int signal) {
  if (!takes_signal(pid, signal)) return 0;  // it has it already, or no handler any more
  const long sent = process < 0 ? kill(pid, signal)
                                : syscall(SYS_pidfd_send_signal, process, signal, nullptr, 0);
  return sent == 0 ? 0 : errno;
}

// A signal that comes as the main thread is about to wait in a system call is seen after that only,
// unless another one interrupts it: so it is sent again.
Result<bool> send_until_heard(const AgentMark& mark, const CaptureOrders& orders,
                              AgentStream& stream) {
  const auto deadline = AskingClock::now() + orders.timeout;
  const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, orders.pid, 0)));
  Result<bool> heard = false;
  for (auto left = orders.timeout; heard && !*heard && left.count() > 0;) {
    if (const int error = send_signal(process.fd(), orders.pid, mark.signal); error != 0) {
      if (error == ESRCH) return tl::unexpected(gone(orders.pid));
      heard = impossible(fmt::format("cannot send {} to process {}: {}", signal_name(mark.signal),
                                     orders.pid, std::strerror(error)));
      break;
    }
    heard = stream.is_heard(std::min<std::chrono::milliseconds>(left, kBeforeReminder));
    left = std::chrono::ceil<std::chrono::milliseconds>(deadline - AskingClock::now());
  }
  return heard;
}

Result<Captured> ask(const AgentMark& mark, const CaptureOrders& orders, SnapshotNames& names) {
  const auto status = status_of(orders.pid);
  const int own_pid = status && status->own_pid != 0 ? status->own_pid : orders.pid;
  Result<AgentStream> stream =
      AgentStream::open(fmt::format("{}{}-{}", kCaptureSocket, mark.token, own_pid), orders.pid);
  if (!stream) return tl::unexpected(stream.error());
  const Result<bool> heard = send_until_heard(mark, orders, *stream);
  if (!heard) return tl::unexpected(heard.error());
  if (*heard) return stream->write(orders, names);
  return impossible(fmt::format("process {} did not answer {} in time: its main thread is busy in "
                                "C code, or the program has replaced the agent's handler. If it "
                                "sees the signal later, it captures to where it was installed to",
                                orders.pid, signal_name(mark.signal)));
}

}  // namespace

Result<Captured> capture_by_agent(const CaptureOrders& orders, SnapshotNames& names) {
  const auto maps = maps_of(orders.pid);
  const bool has_ended = maps && maps->empty();
  if (has_ended) return tl::unexpected(gone(orders.pid));
  if (!maps) return tl::unexpected(cannot_trace(orders.pid, errno));
  if (const auto thawed = check_frozen(orders.pid); !thawed) return tl::unexpected(thawed.error());
  const Result<AgentMark> mark = find_agent(orders.pid, *maps);
  if (!mark) return tl::unexpected(mark.error());
  const Result<void> fit =
      check_words(*mark, orders)
          .and_then([&] { return check_ways(*mark, orders.pid); })
          .and_then([&] { return check_handler(*mark, orders, *maps); });
  if (!fit) return tl::unexpected(fit.error());
  if (mark->mode == "fork") {  // its copy is one as any other
    if (const auto room = check_memory_room(orders.pid); !room) return tl::unexpected(room.error());
  }
  return ask(*mark, orders, names);
}

}  // namespace heapsnap
