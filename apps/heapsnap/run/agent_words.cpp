#include "apps/heapsnap/run/agent_words.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "libsnapshot/format.h"

namespace heapsnap {
namespace {

constexpr std::size_t kMaxLine = 4096;

}  // namespace

bool brings_snapshot(int connection) {
  std::uint8_t byte = 0;
  ssize_t got = 0;
  do {
    got = recv(connection, &byte, 1, MSG_PEEK);
  } while (got < 0 && errno == EINTR);
  return got == 1 && byte == kMagic[0];
}

std::string read_line(int connection) {
  std::string line;
  char buffer[512];
  while (line.size() < kMaxLine && line.find('\n') == line.npos) {
    const ssize_t got = read(connection, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    line.append(buffer, static_cast<std::size_t>(got));
  }
  return line.substr(0, line.find('\n'));
}

}  // namespace heapsnap
