#include "agent/module/mark.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "agent/module/system_calls.h"

namespace heapsnap {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kLongestName = 249;     // of the kernel's
constexpr unsigned kSignals = 64;
constexpr unsigned long kNeverExecuted = 8;   // MFD_NOEXEC_SEAL; what lacks it is logged by Linux 6.3

void* marks[kSignals + 1];

long create(const char* name) {
  const long file = system_call(SYS_memfd_create, name, MFD_CLOEXEC | kNeverExecuted);
  return file == -EINVAL ? system_call(SYS_memfd_create, name, MFD_CLOEXEC) : file;
}

}  // namespace

bool set_mark(unsigned signal, std::string_view text) {
  char name[kLongestName + 1] = {};
  if (signal > kSignals || kMarkPrefix.size() + text.size() > kLongestName) return false;
  std::memcpy(name, kMarkPrefix.data(), kMarkPrefix.size());
  std::memcpy(name + kMarkPrefix.size(), text.data(), text.size());
  const long file = create(name);
  if (file < 0) return false;
  const long page = system_call(SYS_mmap, 0, kPage, PROT_NONE, MAP_PRIVATE, file, 0);
  system_call(SYS_close, file);
  if (page < 0) return false;
  if (marks[signal] != nullptr) system_call(SYS_munmap, marks[signal], kPage);
  marks[signal] = reinterpret_cast<void*>(page);
  return true;
}

}  // namespace heapsnap
