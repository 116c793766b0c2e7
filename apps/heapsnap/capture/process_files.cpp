#include "apps/heapsnap/capture/process_files.h"

#include <utility>

#include "agent/attach/proc_files.h"

namespace heapsnap {

std::vector<MemoryRecord> process_files(pid_t pid) {
  std::vector<MemoryRecord> records;
  bool mappings = false;
  for (const char* const name : {"statm", "status", "smaps_rollup", "smaps"}) {
    auto text = read_proc(pid, name);
    mappings = text && !text->empty();
    if (mappings) records.push_back({name, *std::move(text)});
  }
  if (mappings) return records;
  if (auto text = read_proc(pid, "maps")) records.push_back({"maps", *std::move(text)});
  return records;
}

}  // namespace heapsnap
