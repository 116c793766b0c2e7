#include "agent/attach/return_chain.h"

#include <cpuid.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace heapsnap {

// rt_sigframe of the kernel, without the siginfo that nothing reads.
struct ReturnChain::Frame {
  std::uint64_t return_to;
  std::uint64_t flags, link;
  std::uint64_t stack[3] = {};  // an alternate stack of no size: the kernel leaves the thread's own
  std::uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
  std::uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, eflags;
  std::uint16_t cs, gs, fs, ss;
  std::uint64_t err, trapno, oldmask, cr2, vector_registers;
  std::uint64_t reserved[8] = {};
  std::uint64_t signal_mask;
};

namespace {

constexpr Address kRedZone = 128;  // below a stack pointer, and in use
constexpr std::uint64_t kFlags = 1 | 2 | 4;  // UC_FP_XSTATE, UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS
constexpr std::uint64_t kAllSignals = ~std::uint64_t{0};
constexpr std::uint32_t kDirection = 0x400, kTrap = 0x100;  // of eflags

// What tells the kernel that there is more than the registers of SSE (struct _fpx_sw_bytes).
struct StateHead {
  std::uint32_t magic, size_with_end;
  std::uint64_t features;
  std::uint32_t size;
  std::uint32_t padding[7] = {};
};
constexpr std::size_t kStateHead = 464;
constexpr std::uint32_t kMagic = 0x46505853, kEndMagic = 0x46505845;
constexpr std::size_t kLegacy = 512, kXsaveHead = 64;
constexpr std::uint64_t kOnRequest = 3u << 17;  // AMX: a thread has it only if it asked for it

// Bytes that XSAVE uses for these features.
std::uint32_t size_of(std::uint64_t features) {
  std::uint32_t end = kLegacy + kXsaveHead;
  for (unsigned i = 2; i < 63; ++i) {
    unsigned size = 0, offset = 0, c = 0, d = 0;
    if ((features >> i & 1) == 0 || !__get_cpuid_count(0xD, i, &size, &offset, &c, &d)) continue;
    end = std::max(end, offset + size);
  }
  return end;
}

// Makes what ptrace returns into what a signal frame holds.
void seal(std::vector<std::uint8_t>& state) {
  if (state.size() < kLegacy + kXsaveHead) return state.clear();
  std::uint64_t available = 0, in_use = 0;
  std::memcpy(&available, state.data() + kStateHead, sizeof available);
  std::memcpy(&in_use, state.data() + kLegacy, sizeof in_use);
  const std::uint64_t features = available & ~(kOnRequest & ~in_use);
  const std::uint32_t size = size_of(features);
  if (size > state.size()) return state.clear();
  state.resize(size);
  const StateHead head = {kMagic, size + 4, features, size};
  std::memcpy(state.data() + kStateHead, &head, sizeof head);
  const auto* const end = reinterpret_cast<const std::uint8_t*>(&kEndMagic);
  state.insert(state.end(), end, end + sizeof kEndMagic);
}

// As the kernel does it when a system call that a signal interrupted is to begin again.
Registers restarted(Registers registers) {
  constexpr std::int64_t kRestartSys = -512, kRestartNoIntr = -513, kRestartNoHand = -514,
                         kRestartBlock = -516;
  constexpr long kRestartCall = 219;
  if (static_cast<std::int64_t>(registers.orig_rax) < 0) return registers;
  switch (static_cast<std::int64_t>(registers.rax)) {
    case kRestartSys:
    case kRestartNoIntr:
    case kRestartNoHand:
      registers.rax = registers.orig_rax;
      registers.rip -= 2;
      break;
    case kRestartBlock:
      registers.rax = kRestartCall;
      registers.rip -= 2;
      break;
    default:
      break;
  }
  return registers;
}

}  // namespace

Registers registers_for(const Registers& own, const SystemCall& call, Address system_call,
                        Address stack) {
  Registers registers = own;
  registers.rip = system_call;
  registers.rsp = stack;
  registers.rax = static_cast<std::uint64_t>(call.number);
  registers.orig_rax = ~std::uint64_t{0};  // it comes from no system call
  registers.rdi = call.arguments[0];
  registers.rsi = call.arguments[1];
  registers.rdx = call.arguments[2];
  registers.r10 = call.arguments[3];
  registers.r8 = call.arguments[4];
  registers.r9 = call.arguments[5];
  registers.eflags &= ~std::uint64_t{kDirection | kTrap};
  return registers;
}

ReturnChain::ReturnChain(const CodeSites& sites, const Registers& own, std::uint64_t mask,
                         std::vector<std::uint8_t> extended_state)
    : sites_(sites), own_(own), bytes_(std::move(extended_state)) {
  static_assert(sizeof(Frame) == 312, "as the kernel has it");
  seal(bytes_);
  constexpr Address kAlign = 64;  // of the vector registers
  const Address below = own.rsp - kRedZone;
  vector_registers_ = (below - bytes_.size()) & ~(kAlign - 1);
  top_ = vector_registers_ + bytes_.size();
  if (bytes_.empty()) vector_registers_ = 0;
  put(frame_of(restarted(own), mask));
}

ReturnChain::Frame ReturnChain::frame_of(const Registers& r, std::uint64_t mask) const {
  return {.return_to = sites_.sigreturn, .flags = kFlags, .link = 0,
          .r8 = r.r8, .r9 = r.r9, .r10 = r.r10, .r11 = r.r11,
          .r12 = r.r12, .r13 = r.r13, .r14 = r.r14, .r15 = r.r15,
          .rdi = r.rdi, .rsi = r.rsi, .rbp = r.rbp, .rbx = r.rbx, .rdx = r.rdx, .rax = r.rax,
          .rcx = r.rcx, .rsp = r.rsp, .rip = r.rip, .eflags = r.eflags,
          .cs = static_cast<std::uint16_t>(r.cs), .gs = 0, .fs = 0,
          .ss = static_cast<std::uint16_t>(r.ss),
          .err = 0, .trapno = 0, .oldmask = 0, .cr2 = 0,
          .vector_registers = vector_registers_, .signal_mask = mask};
}

void ReturnChain::put(const Frame& frame) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(&frame);
  bytes_.insert(bytes_.begin(), bytes, bytes + sizeof frame);
}

Address ReturnChain::add(const SystemCall& call) {
  put(frame_of(registers_for(own_, call, sites_.system_call, start()), kAllSignals));
  return start() + offsetof(Frame, rdi);
}

Address ReturnChain::put_text(std::string_view text) {
  constexpr std::size_t kPlace = offsetof(Frame, reserved), kRoom = sizeof(Frame::reserved) - 1;
  std::ranges::copy(text.substr(0, kRoom), bytes_.begin() + kPlace);
  return start() + kPlace;
}

}  // namespace heapsnap
