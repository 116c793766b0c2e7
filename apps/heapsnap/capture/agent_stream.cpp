#include "apps/heapsnap/capture/agent_stream.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "agent/attach/descriptor.h"
#include "agent/attach/python_process.h"
#include "apps/heapsnap/run/agent_words.h"
#include "apps/heapsnap/run/distributions.h"
#include "apps/heapsnap/run/poll_timeout.h"
#include "apps/heapsnap/run/process.h"

namespace heapsnap {
namespace {

constexpr std::string_view kHeard = "heard";

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenLooks{100};  // at whether the process is there
constexpr std::chrono::milliseconds kLate{200};          // for what it sent as it ended

Error not_sent(pid_t pid, const std::string& why) {
  return {ErrorCode::kCapture, fmt::format("the agent in process {} {}", pid, why), {}};
}

Result<Captured> write_from(const Connection& connection, const CaptureOrders& orders,
                            SnapshotNames& names) {
  Distributions distributions;
  Result<WrittenSnapshot> written =
      write_snapshot(connection, orders.settings, names, distributions, {});
  if (!written) return tl::unexpected(written.error());
  return Captured{.snapshot = *std::move(written)};
}

}  // namespace

Result<AgentStream> AgentStream::open(const std::string& name, pid_t pid) {
  Result<Listener> listener = Listener::open_as(name);
  if (!listener) return tl::unexpected(listener.error());
  return AgentStream(*std::move(listener), pid);
}

std::optional<Connection> AgentStream::next(SteadyClock::time_point deadline) {
  bool has_ended = false;
  while (true) {
    if (auto connection = listener_.accept([this](pid_t pid) { return pid == pid_; })) {
      return connection;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (left.count() <= 0) return std::nullopt;
    pollfd source = {listener_.fd(), POLLIN, 0};
    poll(&source, 1, poll_timeout(std::min(left, kBetweenLooks)));
    if (has_ended || is_running(pid_)) continue;
    has_ended = true;
    deadline = std::min(deadline, SteadyClock::now() + kLate);
  }
}

Result<bool> AgentStream::is_heard(std::chrono::milliseconds timeout) {
  const auto connection = next(SteadyClock::now() + timeout);
  if (!connection && !is_running(pid_)) return tl::unexpected(gone(pid_));
  if (!connection) return false;
  const Descriptor closed_at_end(connection->fd);
  const std::string line = read_line(connection->fd);
  if (line == kHeard) return true;
  return tl::unexpected(not_sent(pid_, "says: " + line));
}

Result<Captured> AgentStream::write(const CaptureOrders& orders, SnapshotNames& names) {
  const auto deadline = SteadyClock::now() + orders.timeout;
  while (const auto connection = next(deadline)) {
    const Descriptor closed_at_end(connection->fd);  // else who sends may wait for ever
    if (brings_snapshot(connection->fd)) return write_from(*connection, orders, names);
    const std::string line = read_line(connection->fd);
    if (line == kHeard) continue;  // asked twice
    return tl::unexpected(not_sent(pid_, line.empty() ? "hung up" : "says: " + line));
  }
  if (!is_running(pid_)) return tl::unexpected(gone(pid_));
  return tl::unexpected(not_sent(pid_, "has sent nothing"));
}

}  // namespace heapsnap
