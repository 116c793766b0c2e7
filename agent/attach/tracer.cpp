#include "agent/attach/tracer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace heapsnap {
namespace {

// What goes over the news socket, once.
struct News {
  enum class Kind : std::uint32_t { kOutcome, kError } kind = Kind::kOutcome;
  std::int64_t pause_ns = 0, reaped_ns = 0;
  std::uint32_t attempts = 0, collecting = 0;
  ErrorCode code = ErrorCode::kBug;
  char text[512] = {};

  void set_text(std::string_view from) {
    std::memcpy(text, from.data(), std::min(from.size(), sizeof text - 1));
  }
};

// A session of its own, no signal but those that cannot be blocked, nothing of ours open.
void stand_apart(int stream, int news) {
  setsid();
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);
  prctl(PR_SET_NAME, "heapsnap-tracer");
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {0, 1, 2}) dup2(nothing, standard);
  const auto low = static_cast<unsigned>(std::min(stream, news));
  const auto high = static_cast<unsigned>(std::max(stream, news));
  if (low > 3) close_range(3, low - 1, 0);
  if (high > low + 1) close_range(low + 1, high - 1, 0);
  close_range(high + 1, ~0u, 0);
}

bool write_whole(int file, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t done = write(file, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  return true;
}

bool is_wanted(int news) {
  pollfd source = {news, 0, 0};
  return poll(&source, 1, 0) == 0;  // else the other end is closed
}

void tell(int socket, const News& news) { send(socket, &news, sizeof news, MSG_NOSIGNAL); }

News news_of(const Result<ForkOutcome>& outcome) {
  News news;
  if (!outcome) {
    news.kind = News::Kind::kError;
    news.code = outcome.error().code;
    news.set_text(outcome.error().message);
    return news;
  }
  news.pause_ns = outcome->pause.count();
  news.reaped_ns = outcome->reaped.count();
  news.attempts = outcome->attempts;
  news.collecting = outcome->collecting;
  news.set_text(outcome->incomplete);
  return news;
}

News news_of_no_memory() {
  News news;
  news.kind = News::Kind::kError;
  news.code = ErrorCode::kCapture;
  news.set_text("no snapshot was written: there is no memory for it");
  return news;
}

// Nothing is thrown out of here: what is above is the command, of which there is one already.
[[noreturn]] void trace(const ForkOrders& orders, int stream, int news,
                        std::atomic<pid_t>& copy) noexcept {
  stand_apart(stream, news);
  const ForkHost host = {
      .send = [=](std::span<const std::uint8_t> bytes) { return write_whole(stream, bytes); },
      .wanted = [=] { return is_wanted(news); },
      .made = [&copy](pid_t made) { copy = made; },
  };
  try {
    tell(news, news_of(remote_fork(orders, host)));
  } catch (const std::bad_alloc&) {
    tell(news, news_of_no_memory());
  }
  _exit(0);
}

// As waitpid() gives it.
int wait_for(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// In a process of its own as well.
void end_apart(pid_t parent, pid_t copy) noexcept {
  const pid_t process = fork();
  if (process == 0) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
    std::signal(SIGCHLD, SIG_DFL);
    end_copy(parent, copy);
    _exit(0);
  }
  if (process > 0) wait_for(process);
}

ForkOutcome outcome_of(const News& news) {
  return {.pause = std::chrono::nanoseconds(news.pause_ns),
          .reaped = std::chrono::nanoseconds(news.reaped_ns),
          .attempts = news.attempts,
          .collecting = news.collecting != 0,
          .incomplete = news.text};
}

tl::unexpected<Error> no_process() {
  return failure(ErrorCode::kCapture,
                 std::string("no process can be started to capture: ") + std::strerror(errno));
}

}  // namespace

Result<Tracer> Tracer::start(const ForkOrders& orders) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return no_process();
  Descriptor stream(ends[0]), their_stream(ends[1]);
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return no_process();
  Descriptor news(ends[0]), their_news(ends[1]);
  void* const page = mmap(nullptr, sizeof(Copy), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return no_process();
  Copy* const copy = new (page) Copy(0);
  const pid_t process = fork();
  if (process == 0) {
    stream.close();  // else we hold ourselves what tells us that nobody reads any more
    news.close();
    trace(orders, their_stream.fd(), their_news.fd(), *copy);
  }
  Tracer tracer(orders.pid, process, std::move(stream), std::move(news), copy);
  if (process > 0) return tracer;
  return no_process();
}

Tracer::Tracer(Tracer&& other) noexcept
    : target_(other.target_),
      process_(std::exchange(other.process_, -1)),
      stream_(std::move(other.stream_)),
      news_(std::move(other.news_)),
      copy_(std::exchange(other.copy_, nullptr)) {}

Tracer::~Tracer() {
  stream_.close();
  news_.close();
  const int status = process_ > 0 ? wait_for(process_) : 0;
  if (WIFSIGNALED(status) && *copy_ != 0) end_apart(target_, *copy_);
  if (copy_ != nullptr) munmap(copy_, sizeof(Copy));
}

Result<ForkOutcome> Tracer::finish() {
  stream_.close();  // it may still be sending what nobody reads
  Result<ForkOutcome> outcome =
      failure(ErrorCode::kCapture, "the process that captured was killed");
  News news;
  ssize_t size = 0;
  while ((size = recv(news_.fd(), &news, sizeof news, 0)) < 0 && errno == EINTR) {
  }
  const bool is_told = size == static_cast<ssize_t>(sizeof news);
  if (is_told && news.kind == News::Kind::kOutcome) outcome = outcome_of(news);
  if (is_told && news.kind == News::Kind::kError) outcome = failure(news.code, news.text);
  wait_for(std::exchange(process_, -1));
  if (!is_told && *copy_ != 0) end_apart(target_, *copy_);
  return outcome;
}

}  // namespace heapsnap
