#include "agent/module/destination.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "agent/module/mark.h"
#include "agent/module/system_calls.h"

namespace heapsnap {
namespace {

constexpr char kSocketPrefix[] = "unix:@";
constexpr std::size_t kPrefixSize = sizeof kSocketPrefix - 1;
constexpr time_t kPatience = 60;  // seconds that a reader may leave us waiting

char* put_text(char* out, const char* text) {
  while (*text != '\0') *out++ = *text++;
  *out = '\0';
  return out;
}

char* put_number(char* out, unsigned number) {
  char digits[12];
  int count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  while (count > 0) *out++ = digits[--count];
  *out = '\0';
  return out;
}

// Anybody may take a name that `heapsnap capture` has made known, and wait for a snapshot there.
bool listener_is_trusted(int descriptor) {
  ucred peer = {};
  unsigned size = sizeof peer;
  const long result =
      system_call(SYS_getsockopt, descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size);
  return result == 0 && (peer.uid == 0 || peer.uid == system_call(SYS_geteuid));
}

}  // namespace

bool Destination::open(const char* path, int process, unsigned number) {
  failure_ = Failure::kNone;
  error_ = 0;
  if (std::strlen(path) >= kPathMax) return fail(Failure::kName, 0);
  put_text(path_, path);
  is_socket_ = std::strncmp(path, kSocketPrefix, kPrefixSize) == 0;
  return is_socket_ ? connect(path + kPrefixSize) : open_file(process, number);
}

bool Destination::open_file(int process, unsigned number) {
  if (system_call(SYS_faccessat, AT_FDCWD, path_, F_OK) == 0) return fail(Failure::kExists, 0);
  char* end = put_text(put_text(temporary_, path_), ".");
  end = put_number(end, static_cast<unsigned>(process));
  end = put_number(put_text(end, "-"), number);
  put_text(end, ".part");
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  const long result = system_call(SYS_openat, AT_FDCWD, temporary_, flags, 0600);
  if (result < 0) return fail(result == -ENAMETOOLONG ? Failure::kName : Failure::kOpen, result);
  descriptor_ = static_cast<int>(result);
  return true;
}

std::uint64_t Destination::room() const {
  struct statfs status = {};
  if (is_socket_ || system_call(SYS_fstatfs, descriptor_, &status) < 0) return ~std::uint64_t{0};
  return status.f_bavail * static_cast<std::uint64_t>(status.f_bsize);
}

bool Destination::connect(const char* name) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::size_t size = std::strlen(name);
  if (size + 1 > sizeof address.sun_path) return fail(Failure::kName, 0);
  std::memcpy(address.sun_path + 1, name, size);  // the 0 before it: an abstract name
  long result = system_call(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (result < 0) return fail(Failure::kConnect, result);
  descriptor_ = static_cast<int>(result);
  const timeval patience = {kPatience, 0};
  system_call(SYS_setsockopt, descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const std::size_t address_size = offsetof(sockaddr_un, sun_path) + 1 + size;
  result = system_call(SYS_connect, descriptor_, &address, address_size);
  if (result != 0) return fail(Failure::kConnect, result);
  const bool is_known = std::string_view(name).substr(0, kCaptureSocket.size()) == kCaptureSocket;
  return !is_known || listener_is_trusted(descriptor_) || fail(Failure::kConnect, -EPERM);
}

bool Destination::commit() {
  close();
  if (is_socket_) return true;
  long result = system_call(SYS_renameat2, AT_FDCWD, temporary_, AT_FDCWD, path_, RENAME_NOREPLACE);
  if (result == -EINVAL || result == -ENOSYS) {  // not every file system can
    result = system_call(SYS_linkat, AT_FDCWD, temporary_, AT_FDCWD, path_, 0);
    if (result == 0) system_call(SYS_unlinkat, AT_FDCWD, temporary_, 0);
  }
  if (result == 0) return true;
  fail(result == -EEXIST ? Failure::kExists : Failure::kRename, result);
  system_call(SYS_unlinkat, AT_FDCWD, temporary_, 0);
  return false;
}

void Destination::discard(const char* prefix, const char* why) {
  if (descriptor_ < 0) return;
  if (is_socket_ && why != nullptr) {
    char line[256];
    char* end = put_text(put_text(line, prefix), ": ");
    for (; *why != '\0' && end < line + sizeof line - 2; ++why) *end++ = *why;
    *end++ = '\n';
    system_call(SYS_write, descriptor_, line, end - line);
  }
  close();
  if (!is_socket_) system_call(SYS_unlinkat, AT_FDCWD, temporary_, 0);
}

bool Destination::fail(Failure failure, long result) {
  failure_ = failure;
  error_ = static_cast<int>(-result);
  return false;
}

void Destination::close() {
  system_call(SYS_close, descriptor_);
  descriptor_ = -1;
}

bool send_line(const char* address, const char* line) {
  Destination output;
  const bool sent =
      output.open(address, 0, 0) &&
      system_call(SYS_sendto, output.descriptor(), line, std::strlen(line), MSG_NOSIGNAL, 0, 0) > 0;
  output.discard();
  return sent;
}

}  // namespace heapsnap
