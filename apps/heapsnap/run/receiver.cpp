#include "apps/heapsnap/run/receiver.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "apps/heapsnap/capture/process_files.h"
#include "apps/heapsnap/run/agent_words.h"
#include "apps/heapsnap/run/process.h"

namespace heapsnap {
namespace {

constexpr std::size_t kWritersAtATime = 4;
constexpr std::size_t kMostAtATime = 32;

Arrival read_message(int fd, pid_t pid) {
  using Kind = Arrival::Kind;
  constexpr std::pair<std::string_view, Kind> kMessages[] = {
      {"hello: ", Kind::kHello},
      {"unsupported: ", Kind::kUnsupported},
      {"failed: ", Kind::kFailed}};
  const std::string line = read_line(fd);
  for (const auto& [start, kind] : kMessages) {
    if (line.starts_with(start)) {
      return {.kind = kind, .pid = pid, .text = line.substr(start.size()), .snapshot = {}};
    }
  }
  return {.kind = Kind::kFailed,
          .pid = pid,
          .text = line.empty() ? "the agent hung up without a word"
                               : "the agent said what is not understood: " + line,
          .snapshot = {}};
}

// Tells that a capture is over, also if there was no memory for it.
class FinishedAtEnd {
 public:
  FinishedAtEnd(Triggers& triggers, pid_t pid) : triggers_(triggers), pid_(pid) {}
  ~FinishedAtEnd() { triggers_.finished(pid_); }
  FinishedAtEnd(const FinishedAtEnd&) = delete;
  FinishedAtEnd& operator=(const FinishedAtEnd&) = delete;

 private:
  Triggers& triggers_;
  const pid_t pid_;
};

}  // namespace

Receiver::Receiver(SnapshotNames& names, Triggers& triggers, SnapshotSettings settings)
    : names_(names),
      triggers_(triggers),
      settings_(std::move(settings)),
      event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Receiver::~Receiver() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return open_.empty(); });
  close(event_);
}

void Receiver::receive(const Connection& connection) { begin(connection, Cause::kNone); }

void Receiver::receive_outside(const Connection& connection, Cause cause) {
  begin(connection, cause);
}

// What does not come so far that a thread serves it is over here.
void Receiver::begin(const Connection& connection, Cause outside) {
  Received from = {.connection = connection, .outside = outside};
  Arrival arrival{
      .kind = Arrival::Kind::kFailed, .pid = connection.pid, .text = {}, .snapshot = {}};
  try {
    arrival.text = start_serving(from);
    if (arrival.text.empty()) return;
    arrival.pid = owner_of(connection);
  } catch (const std::bad_alloc&) {
    arrival.kind = Arrival::Kind::kNoMemory;
  }
  if (outside != Cause::kNone) triggers_.finished(connection.pid);
  arrive(std::move(arrival), from);
}

// Why it is not served; empty: it is.
std::string Receiver::start_serving(Received& from) {
  const pid_t pid = from.connection.pid;
  from.place = order_.enter(pid, parent_of(pid));
  {
    const std::lock_guard lock(mutex_);
    open_.insert(from.connection.fd);
  }
  try {
    std::thread(&Receiver::serve, this, from).detach();
  } catch (const std::system_error& error) {
    return fmt::format("no snapshot was written: no thread for it: {}", error.what());
  }
  return {};
}

void Receiver::arrive(Arrival arrival, const Received& from) {
  order_.leave(from.place);
  const std::lock_guard lock(mutex_);
  open_.erase(from.connection.fd);
  close(from.connection.fd);
  try {
    arrivals_.push_back(std::move(arrival));
  } catch (const std::bad_alloc&) {
    ++lost_;
  }
  eventfd_write(event_, 1);
  changed_.notify_all();
}

// For lack of memory one snapshot is lost, and not the program's end waited for.
void Receiver::serve(Received from) {
  Arrival arrival{
      .kind = Arrival::Kind::kFailed, .pid = from.connection.pid, .text = {}, .snapshot = {}};
  try {
    arrival = from.outside == Cause::kNone ? take(from) : take_outside(from);
  } catch (const std::bad_alloc&) {
    arrival.kind = Arrival::Kind::kNoMemory;
  }
  arrive(std::move(arrival), from);
}

// A snapshot comes from a copy of the process, which is its child.
pid_t Receiver::owner_of(const Connection& connection) {
  if (triggers_.knows(connection.pid)) return connection.pid;
  const pid_t parent = parent_of(connection.pid);
  return triggers_.knows(parent) ? parent : connection.pid;
}

Arrival Receiver::take(const Received& from) {
  const pid_t owner = owner_of(from.connection);
  if (brings_snapshot(from.connection.fd)) {
    const Cause cause = triggers_.answered(owner);
    const FinishedAtEnd finished(triggers_, owner);
    return take_snapshot(from, owner, cause);
  }
  Arrival arrival = read_message(from.connection.fd, from.connection.pid);
  if (arrival.kind == Arrival::Kind::kHello) {
    const bool knows = arrival.text.ends_with(" tracemalloc");
    triggers_.add(arrival.pid, knows ? AgentInside::kKnowsAllocations : AgentInside::kThere,
                  Triggers::Clock::now());
  } else {
    arrival.pid = owner;
    triggers_.answered(owner);
    triggers_.finished(owner);
  }
  return arrival;
}

// One that runs another program by now, which is no Python, is known no more.
Arrival Receiver::take_outside(const Received& from) {
  const DueProcess due = {from.connection.pid, from.outside};
  const FinishedAtEnd finished(triggers_, due.pid);
  if (brings_snapshot(from.connection.fd)) {
    triggers_.outside_began(due.pid);
    return take_snapshot(from, due.pid, due.cause);
  }
  Arrival arrival = read_message(from.connection.fd, due.pid);
  triggers_.outside_failed(due, arrival.text, Triggers::Clock::now());
  if (arrival.kind == Arrival::Kind::kUnsupported) triggers_.forget(due.pid);
  arrival.kind = Arrival::Kind::kNothing;
  return arrival;
}

class Receiver::Writing {
 public:
  explicit Writing(Receiver& receiver) : receiver_(receiver) {
    std::unique_lock lock(receiver_.mutex_);
    receiver_.changed_.wait(lock, [this] { return receiver_.writing_ < kWritersAtATime; });
    ++receiver_.writing_;
  }
  ~Writing() { end(); }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

  void end() {
    const std::lock_guard lock(receiver_.mutex_);
    if (!std::exchange(ended_, true)) --receiver_.writing_;
    receiver_.changed_.notify_all();
  }

 private:
  Receiver& receiver_;
  bool ended_ = false;
};

// One that is whole and waits for an earlier one must not keep that from being written.
Arrival Receiver::take_snapshot(const Received& from, pid_t pid, Cause asked_for) {
  Writing writing(*this);
  Occasion occasion = {
      .asked_for = word_of(asked_for),
      .began = [&](pid_t of, std::uint64_t time_ns) { order_.began(from.place, of, time_ns); },
      .whole =
          [&] {
            writing.end();
            order_.wait(from.place);
          }};
  if (from.outside != Cause::kNone) occasion.memory = [pid] { return process_files(pid); };
  Result<WrittenSnapshot> written =
      write_snapshot(from.connection, settings_, names_, distributions_, occasion);
  using Kind = Arrival::Kind;
  if (written) return {.kind = Kind::kSnapshot, .pid = pid, .text = {}, .snapshot = *written};
  return {.kind = Kind::kFailed, .pid = pid, .text = written.error().message, .snapshot = {}};
}

std::vector<Arrival> Receiver::arrivals() {
  eventfd_t count = 0;
  eventfd_read(event_, &count);
  const std::lock_guard lock(mutex_);
  return std::exchange(arrivals_, {});
}

std::size_t Receiver::lost() {
  const std::lock_guard lock(mutex_);
  return std::exchange(lost_, 0);
}

std::size_t Receiver::in_progress() {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

bool Receiver::is_full() { return in_progress() >= kMostAtATime; }

void Receiver::give_up() {
  const std::lock_guard lock(mutex_);
  for (const int fd : open_) shutdown(fd, SHUT_RD);
}

}  // namespace heapsnap
