#include "agent/attach/copy_walk.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <vector>

#include <fmt/format.h>

namespace heapsnap {
namespace {

constexpr std::chrono::milliseconds kTick{300};
constexpr std::uint64_t kBusy = 150'000'000;  // ns of processor time without progress: a loop
constexpr unsigned kPatience = 10;            // ticks without progress: blocked
constexpr unsigned kLastTick = 400;           // outside of an object: give up
constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kStack = std::uint64_t{1} << 20;
constexpr std::uint64_t kRecoveryStack = std::uint64_t{64} << 10;
constexpr std::size_t kMostReason = 256;
constexpr std::uint64_t kMostPiece = std::uint64_t{4} << 20;

std::uint64_t pages(std::uint64_t size) { return (size + kPage - 1) & ~(kPage - 1); }

bool is_fault(int signal) {
  return signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL ||
         signal == SIGABRT;
}

std::uint64_t processor_ns_of(pid_t pid) {
  clockid_t clock = 0;
  timespec time = {};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

constexpr char kNoMemory[] =
    "the process has a limit (RLIMIT_AS), which CAP_SYS_RESOURCE may lift, or the system has too "
    "little; try --method read";

// A limit that the program has reached need not be the copy's, as far as we may lift it.
void lift_limit_of_memory(pid_t pid) {
  rlimit limit = {};
  if (prlimit(pid, RLIMIT_AS, nullptr, &limit) != 0) return;
  const rlimit none = {RLIM_INFINITY, RLIM_INFINITY}, most = {limit.rlim_max, limit.rlim_max};
  if (prlimit(pid, RLIMIT_AS, &none, nullptr) != 0) prlimit(pid, RLIMIT_AS, &most, nullptr);
}

}  // namespace

Error CopyWalk::died(const char* how) const {
  return {ErrorCode::kCapture, fmt::format("the copy of the process {}", how), {}};
}

Result<void> CopyWalk::protect(Address start, std::uint64_t size, int protection) {
  const auto done =
      copy_.call({SYS_mprotect, {start, size, static_cast<std::uint64_t>(protection)}});
  if (!done) return tl::unexpected(done.error());
  if (*done == 0) return {};
  return failure(ErrorCode::kCapture,
                 fmt::format("the copy of the process may not run code of ours ({}: the program "
                             "itself, by PR_SET_MDWE, or SELinux forbids it); try --method read, "
                             "or start it with heapsnap run",
                             strerror(static_cast<int>(-*done))));
}

// The image, a page that nothing may touch, the stack, the stack for recovery, and room for facts.
Result<Address> CopyWalk::map(const BlobImage& image) {
  const std::uint64_t size =
      image.size() + kPage + kStack + kRecoveryStack + pages(sizeof(Orders) + kMaxChunk);
  const auto mapped = copy_.call({SYS_mmap,
                                  {0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                                   ~std::uint64_t{0}, 0}});
  if (!mapped) return tl::unexpected(mapped.error());
  if (*mapped < 0 && *mapped > -4096) {
    return failure(ErrorCode::kCapture,
                   fmt::format("the copy of the process gets no memory ({}): {}",
                               strerror(static_cast<int>(-*mapped)), kNoMemory));
  }
  return static_cast<Address>(*mapped);
}

// What we write to is made present by the copy itself. If memory runs out meanwhile, the copy ends;
// where we make it present, the kernel looks on for someone else to end: the process.
Result<void> CopyWalk::populate(Address start, std::uint64_t size) {
  const auto done =
      copy_.call({SYS_mmap,
                  {start, pages(size), PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE, ~std::uint64_t{0}, 0}});
  if (!done) return tl::unexpected(done.error());
  if (static_cast<Address>(*done) == start) return {};
  return tl::unexpected(died("could not be loaded"));
}

Result<void> CopyWalk::load(Orders orders, std::span<const std::uint8_t> facts) {
  const Result<BlobImage> image = BlobImage::of(embedded_blob());
  if (!image) return tl::unexpected(image.error());
  lift_limit_of_memory(copy_.pid());
  const Result<Address> base = map(*image);
  if (!base) return tl::unexpected(base.error());
  base_ = *base;
  const Address stack = base_ + image->size() + kPage;
  recovery_stack_ = stack + kStack + kRecoveryStack;
  orders_ = recovery_stack_;
  orders.facts = orders_ + sizeof(Orders);
  orders.facts_size = std::min(facts.size(), kMaxChunk);
  const std::vector<std::uint8_t> bytes = image->at(base_);
  if (const auto done = populate(base_, bytes.size()); !done) return done;
  if (const auto done = populate(orders_, sizeof orders + orders.facts_size); !done) return done;
  if (!memory_.write(base_, bytes.data(), bytes.size()) ||
      !memory_.write(orders_, &orders, sizeof orders) ||
      !memory_.write(orders.facts, facts.data(), orders.facts_size)) {
    return tl::unexpected(died("could not be loaded"));
  }
  for (const ElfImage::Segment& segment : image->segments()) {
    if (segment.writable) continue;
    const Address begin = (base_ + segment.address) & ~(kPage - 1);
    const Address end = base_ + segment.address + segment.size;
    const int protection = segment.executable ? PROT_READ | PROT_EXEC : PROT_READ;
    const Result<void> done = protect(begin, pages(end - begin), protection);
    if (!done) return done;
  }
  if (const auto done = protect(base_ + image->size(), kPage, PROT_NONE); !done) return done;
  trap_ = base_ + image->offset_of("heapsnap_copy_trap");
  recovery_entry_ = base_ + image->offset_of("heapsnap_copy_recover");
  Registers registers = registers_for(copy_.registers(), {0, {orders_}},
                                      base_ + image->offset_of("heapsnap_copy_main"),
                                      stack + kStack - 8);
  if (!copy_.thread().set_registers(registers)) return tl::unexpected(died("was killed"));
  return {};
}

Result<CopyReport> CopyWalk::run(const Orders& orders, std::span<const std::uint8_t> facts,
                                 const Send& send, const Wanted& wanted) {
  if (const auto loaded = load(orders, facts); !loaded) return tl::unexpected(loaded.error());
  copy_.thread().go_on();
  while (true) {
    const Stop stop = copy_.thread().wait(Clock::now() + kTick);
    if (!wanted()) return failure(ErrorCode::kCapture, "the capture was given up");
    if (stop.kind == Stop::Kind::kRunning) {
      look();
      if (last_.ticks >= kLastTick) return tl::unexpected(died("does not get on"));
      continue;
    }
    const Result<bool> done = handle(stop, send);
    if (!done) return tl::unexpected(done.error());
    if (*done) break;
    copy_.thread().go_on();
  }
  const auto answer = memory_.get<Orders>(orders_);
  if (!answer) return tl::unexpected(died("was killed"));
  CopyReport report{.walk = answer->report};
  if (report.walk.reason != nullptr) {
    report.reason =
        memory_.c_string(reinterpret_cast<Address>(report.walk.reason), kMostReason);
    report.walk.reason = nullptr;
  }
  if (report.walk.status == WalkStatus::kMemory) {
    report.reason = fmt::format("the copy of the process gets no more memory: {}", kNoMemory);
  }
  return report;
}

Result<bool> CopyWalk::handle(const Stop& stop, const Send& send) {
  if (stop.kind == Stop::Kind::kGone) {
    return tl::unexpected(died(stop.number == SIGSYS ? "was killed by its seccomp filter"
                               : stop.number == SIGKILL ? "was killed: did memory run out?"
                                                        : "ended"));
  }
  if (stop.kind == Stop::Kind::kStopped) {
    if (std::exchange(stalled_, false)) recover(FaultReason::kNoProgress);
    return false;
  }
  if (stop.kind != Stop::Kind::kSignal) return false;
  Registers registers;
  if (!copy_.thread().registers(registers)) return tl::unexpected(died("was killed"));
  if (stop.number == SIGTRAP && registers.rip == trap_ + 1) return serve_trap(registers, send);
  if ((is_fault(stop.number) || stop.number == SIGTRAP) && !recover(FaultReason::kMemoryFault)) {
    return tl::unexpected(died("faulted, outside of any object"));
  }
  return false;  // any other signal is for the program, not for the copy
}

Result<bool> CopyWalk::serve_trap(Registers registers, const Send& send) {
  if (static_cast<Trap>(registers.rdi) == Trap::kDone) return true;
  const Result<void> sent = send_on(registers.rsi, registers.rdx, send);
  if (!sent) return tl::unexpected(sent.error());
  registers.rax = registers.rdx;
  copy_.thread().set_registers(registers);
  last_ = {};
  return false;
}

Result<void> CopyWalk::send_on(Address bytes, std::uint64_t size, const Send& send) {
  std::vector<std::uint8_t> piece(std::min(size, kMostPiece));
  for (std::uint64_t at = 0; at < size; at += piece.size()) {
    piece.resize(std::min<std::uint64_t>(piece.size(), size - at));
    if (!memory_.read(bytes + at, piece.data(), piece.size())) {
      return tl::unexpected(died("was killed"));
    }
    if (!send(piece)) return failure(ErrorCode::kCapture, "the capture was given up");
  }
  return {};
}

// As recover() of the walker in a signal handler, on a stack that is sure to be there.
bool CopyWalk::recover(FaultReason reason) {
  const Address recovery = orders_ + offsetof(Orders, recovery);
  const auto armed = memory_.get<std::uint32_t>(recovery + offsetof(Recovery, armed));
  Registers registers;
  if (!armed || *armed == 0 || !copy_.thread().registers(registers)) return false;
  const SystemCall arguments = {0, {recovery, static_cast<std::uint64_t>(reason)}};
  copy_.thread().set_registers(
      registers_for(registers, arguments, recovery_entry_, recovery_stack_ - 8));
  return true;
}

void CopyWalk::look() {
  const Address recovery = orders_ + offsetof(Orders, recovery);
  const std::uint64_t progress = memory_.word(recovery + offsetof(Recovery, progress));
  const std::uint64_t processor_ns = processor_ns_of(copy_.pid());
  if (progress != last_.progress) {
    last_ = {progress, processor_ns, 0};
    return;
  }
  ++last_.ticks;
  if (processor_ns - last_.processor_ns < kBusy && last_.ticks < kPatience) return;
  stalled_ = true;
  copy_.thread().interrupt();
}

}  // namespace heapsnap
