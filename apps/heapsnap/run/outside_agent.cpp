#include "apps/heapsnap/run/outside_agent.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agent/attach/tracer.h"

namespace heapsnap {
namespace {

constexpr std::chrono::milliseconds kTimeout{5'000};  // for an instant that is good to capture
constexpr std::size_t kPiece = std::size_t{64} << 10;

// A process, and the end of a connection that its snapshot is to go to.
struct OutsideRequest {
  pid_t pid = 0;
  int connection = -1;
};

// The room of a message that carries one descriptor besides a pid.
struct Envelope {
  pid_t pid = 0;
  iovec text = {&pid, sizeof pid};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};

  Envelope() {
    message.msg_iov = &text;
    message.msg_iovlen = 1;
    message.msg_control = room;
    message.msg_controllen = sizeof room;
  }
  Envelope(const Envelope&) = delete;
  Envelope& operator=(const Envelope&) = delete;
};

bool send_request(int socket, const OutsideRequest& request) {
  Envelope envelope;
  envelope.pid = request.pid;
  cmsghdr* const header = CMSG_FIRSTHDR(&envelope.message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &request.connection, sizeof(int));
  return sendmsg(socket, &envelope.message, MSG_NOSIGNAL) == sizeof request.pid;
}

// None: nobody will ask any more.
std::optional<OutsideRequest> next_request(int socket) {
  while (true) {
    Envelope envelope;
    const ssize_t size = recvmsg(socket, &envelope.message, MSG_CMSG_CLOEXEC);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::nullopt;
    const cmsghdr* const header = CMSG_FIRSTHDR(&envelope.message);
    if (header == nullptr || header->cmsg_type != SCM_RIGHTS) continue;  // no descriptor was free
    OutsideRequest request{.pid = envelope.pid};
    std::memcpy(&request.connection, CMSG_DATA(header), sizeof(int));
    return request;
  }
}

bool send_whole(int connection, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t done = send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  return true;
}

// Returns whether there was anything.
bool pass_on(int stream, int connection) {
  std::vector<std::uint8_t> piece(kPiece);
  bool any = false;
  while (true) {
    const ssize_t got = read(stream, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return any;
    any = true;
    if (!send_whole(connection, std::span(piece).first(static_cast<std::size_t>(got)))) return any;
  }
}

void send_reason(int connection, const Error& error) {
  const bool is_python = error.code != ErrorCode::kUnsupported;
  const std::string line = (is_python ? "failed: " : "unsupported: ") + error.message + "\n";
  send(connection, line.data(), line.size(), MSG_NOSIGNAL);
}

void send_snapshot(const OutsideRequest& request, const TextOrders& texts) {
  const ForkOrders orders = {.pid = request.pid, .texts = texts, .timeout = kTimeout};
  Result<Tracer> tracer = Tracer::start(orders);
  if (!tracer) return send_reason(request.connection, tracer.error());
  const bool begun = pass_on(tracer->stream(), request.connection);
  const Result<ForkOutcome> outcome = tracer->finish();
  if (!begun && !outcome) send_reason(request.connection, outcome.error());
}

// The program's streams end when it does, and not with us.
void leave_streams() {
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {0, 1, 2}) dup2(nothing, standard);
}

// Nothing is thrown out of here: what is above is the command, of which there is one already.
[[noreturn]] void serve(int requests, const TextOrders& texts) noexcept {
  leave_streams();
  std::signal(SIGCHLD, SIG_IGN);  // nobody waits for those who send
  while (const auto request = next_request(requests)) {
    if (fork() == 0) {
      std::signal(SIGCHLD, SIG_DFL);
      close(requests);
      send_snapshot(*request, texts);
      _exit(0);
    }
    close(request->connection);  // if there was no process, it ends without a word
  }
  _exit(0);
}

tl::unexpected<Error> no_process() {
  return failure(ErrorCode::kCapture,
                 std::string("cannot start a process that captures: ") + std::strerror(errno));
}

}  // namespace

Result<OutsideAgent> OutsideAgent::start(const TextOrders& texts) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return no_process();
  const pid_t process = fork();
  if (process == 0) {
    close(ends[0]);
    serve(ends[1], texts);
  }
  const int error = errno;
  close(ends[1]);
  if (process > 0) return OutsideAgent(process, ends[0]);
  close(ends[0]);
  errno = error;
  return no_process();
}

OutsideAgent::OutsideAgent(OutsideAgent&& other) noexcept
    : process_(std::exchange(other.process_, -1)), requests_(std::exchange(other.requests_, -1)) {}

OutsideAgent::~OutsideAgent() {
  if (requests_ < 0) return;
  close(requests_);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<Connection> OutsideAgent::ask(pid_t pid) const {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return std::nullopt;
  const bool sent = send_request(requests_, {pid, ends[1]});
  const int error = errno;
  close(ends[1]);
  if (sent) return Connection{.fd = ends[0], .pid = pid};
  close(ends[0]);
  errno = error;
  return std::nullopt;
}

}  // namespace heapsnap
