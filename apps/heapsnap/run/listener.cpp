#include "apps/heapsnap/run/listener.h"

#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "agent/attach/descriptor.h"
#include "apps/heapsnap/run/process.h"

namespace heapsnap {
namespace {

constexpr int kBacklog = 512;
constexpr int kMaxGenerations = 1000;

tl::unexpected<Error> no_socket() {
  return failure(ErrorCode::kCapture,
                 fmt::format("cannot make the socket that captures come by: {}",
                             std::strerror(errno)));
}

// 0: it cannot be told.
ino_t network_namespace() {
  struct stat status = {};
  return stat("/proc/self/ns/net", &status) == 0 ? status.st_ino : 0;
}

// The number may have gone to another process since that one connected: of another user, then.
bool is_trusted(const ucred& peer, const std::function<bool(pid_t)>& is_ours) {
  if (peer.uid == geteuid()) return true;
  if (user_of(peer.pid) != peer.uid) return false;
  pid_t pid = peer.pid;
  for (int i = 0; i < kMaxGenerations && pid > 1; ++i) {
    if (is_ours(pid)) return true;
    pid = parent_of(pid);
  }
  return false;
}

}  // namespace

Result<Listener> Listener::open() {
  std::uint64_t random[2] = {};
  if (getrandom(random, sizeof random, 0) != sizeof random) return no_socket();
  return open_as(
      fmt::format("heapsnap-{}-{:016x}{:016x}", network_namespace(), random[0], random[1]));
}

Result<Listener> Listener::open_as(const std::string& name) {
  sockaddr_un address = {};
  if (name.size() >= sizeof address.sun_path) {
    return failure(ErrorCode::kCapture, fmt::format("no socket can be called {}", name));
  }
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return no_socket();
  Listener listener(fd, "unix:@" + name);
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0) return no_socket();
  if (listen(fd, kBacklog) != 0) return no_socket();
  return listener;
}

Listener::Listener(Listener&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      address_(std::move(other.address_)),
      refused_(other.refused_) {}

Listener::~Listener() {
  if (fd_ >= 0) close(fd_);
}

std::optional<Connection> Listener::accept(const std::function<bool(pid_t)>& is_ours) {
  while (true) {
    const int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (fd < 0) return std::nullopt;
    Descriptor connection(fd);
    ucred peer = {};
    socklen_t size = sizeof peer;
    const bool known = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
    if (known && is_trusted(peer, is_ours)) {
      return Connection{.fd = connection.release(), .pid = peer.pid};
    }
    ++refused_;
  }
}

}  // namespace heapsnap
