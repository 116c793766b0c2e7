#include "agent/image/image_walk.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "agent/image/image_policy.h"
#include "agent/layout/layout.h"
#include "agent/walk/walk_with.h"

namespace heapsnap {
namespace {

struct News {
  WalkStatus status;
  bool is_there;
  char reason[256];
};

News& news_in(const MappedBytes& memory) { return *reinterpret_cast<News*>(memory.data()); }

std::shared_ptr<MappedBytes> shared_page() {
  void* const page = mmap(nullptr, sizeof(News), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return page == MAP_FAILED ? nullptr : std::make_shared<MappedBytes>(page, sizeof(News));
}

[[noreturn]] void walk_apart(const MemoryImage& image, WalkOptions options, News& news) noexcept {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGPIPE, SIG_IGN);
  const auto arena = MappedBytes::of_zeros(kArenaSize);
  Recovery recovery;
  WalkReport report;
  report.status = WalkStatus::kMemory;
  report.reason = "no memory for the walk";
  if (arena != nullptr) {
    options.arena = arena->data();
    options.arena_size = kArenaSize;
    walk_image(image, options, recovery, report);
  }
  news.status = report.status;
  const char* const reason = report.reason == nullptr ? "" : report.reason;
  std::strncpy(news.reason, reason, sizeof news.reason - 1);
  news.is_there = true;
  _exit(0);
}

tl::unexpected<Error> no_process() {
  return failure(ErrorCode::kCapture,
                 fmt::format("no process can be started to walk: {}", strerror(errno)));
}

}  // namespace

void walk_image(const MemoryImage& image, const WalkOptions& options, Recovery& recovery,
                WalkReport& report) {
  report = WalkReport{};
  const Layout* const layout = layout_for(options.target.hexversion);
  if (layout == nullptr) {
    report.reason = "this version of CPython is not supported";
    return;
  }
  walk_with(options, *layout, recovery, report, InImage(image, recovery));
}

Result<ImageWalk> ImageWalk::start(const MemoryImage& image, const WalkOptions& options) {
  auto news = shared_page();
  int stream[2];
  if (news == nullptr || pipe2(stream, O_CLOEXEC) != 0) return no_process();
  const pid_t process = fork();
  if (process == 0) {
    WalkOptions own = options;
    own.output = stream[1];
    close(stream[0]);  // or a full one would wait for us to read
    walk_apart(image, own, news_in(*news));
  }
  const int error = errno;
  close(stream[1]);
  ImageWalk walk(process, stream[0], std::move(news));
  if (process > 0) return walk;
  errno = error;
  return no_process();
}

ImageWalk::ImageWalk(ImageWalk&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      stream_(std::exchange(other.stream_, -1)),
      news_(std::move(other.news_)) {}

ImageWalk::~ImageWalk() {
  if (stream_ >= 0) close(stream_);
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

Result<std::string> ImageWalk::finish() {
  close(std::exchange(stream_, -1));
  int status = 0;
  waitpid(std::exchange(process_, -1), &status, 0);
  const News& news = news_in(*news_);
  if (!news.is_there) {
    return failure(ErrorCode::kCapture,
                   fmt::format("the process that walked was ended by signal {}", WTERMSIG(status)));
  }
  switch (news.status) {
    case WalkStatus::kComplete: return std::string();
    case WalkStatus::kIncomplete: return std::string(news.reason);
    case WalkStatus::kUnsupported:
      return failure(ErrorCode::kUnsupported,
                     fmt::format("this is not what it seems: {}", news.reason));
    case WalkStatus::kLists:  // as they are when another thread changes them just now
      return passing_failure(std::string(news.reason));
    default: return failure(ErrorCode::kCapture, news.reason);
  }
}

}  // namespace heapsnap
