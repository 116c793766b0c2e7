#include "agent/module/step_back.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/resource.h>

#include "agent/module/system_calls.h"

namespace heapsnap {
namespace {

constexpr int kNice = 5;  // a third of the processor's time where the program wants it too

// A directory entry of getdents64 whose name is a number: that number; else -1.
int descriptor_of(const char* entry) {
  constexpr int kName = 19;  // after inode, offset, length and type
  int number = -1;
  for (const char* digit = entry + kName; *digit != '\0'; ++digit) {
    if (*digit < '0' || *digit > '9') return -1;
    number = (number < 0 ? 0 : number) * 10 + (*digit - '0');
  }
  return number;
}

// Before Linux 5.9. Closing while reading may skip entries, so until there are none.
void close_listed() {
  const int flags = O_RDONLY | O_DIRECTORY;
  const long folder = system_call(SYS_openat, AT_FDCWD, "/proc/self/fd", flags);
  if (folder < 0) return;
  alignas(8) char entries[4096];
  bool closed = true;
  while (closed) {
    closed = false;
    system_call(SYS_lseek, folder, 0, SEEK_SET);
    long size;
    while ((size = system_call(SYS_getdents64, folder, entries, sizeof entries)) > 0) {
      for (long at = 0; at < size; at += *reinterpret_cast<unsigned short*>(entries + at + 16)) {
        const int descriptor = descriptor_of(entries + at);
        if (descriptor < 0 || descriptor == folder) continue;
        closed = system_call(SYS_close, descriptor) == 0 || closed;
      }
    }
  }
  system_call(SYS_close, folder);
}

void close_everything() {
  if (system_call(SYS_close_range, 0, ~0u, 0) < 0) close_listed();
}

void write_text(const char* path, const char* text, int size) {
  const long file = system_call(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  system_call(SYS_write, file, text, size);
  system_call(SYS_close, file);
}

// A limit that the program may have reached need not be ours, as far as the system allows.
void lift_limit(int resource) {
  rlimit limit = {};
  if (system_call(SYS_prlimit64, 0, resource, 0, &limit) < 0) return;
  limit.rlim_cur = limit.rlim_max;
  system_call(SYS_prlimit64, 0, resource, &limit, 0);
}

}  // namespace

void step_back() {
  close_everything();
  system_call(SYS_setpriority, PRIO_PROCESS, 0, kNice);
  write_text("/proc/self/oom_score_adj", "1000", 4);
  for (const int resource : {RLIMIT_AS, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_NOFILE}) {
    lift_limit(resource);
  }
}

}  // namespace heapsnap
