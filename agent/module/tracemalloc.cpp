#include <Python.h>

#include "agent/module/tracemalloc.h"

#include <cstdint>

#include "agent/module/private_memory.h"
#include "agent/module/system_calls.h"

// Exported by CPython, but not in its stable ABI: each may be missing, its address is 0 then.
extern "C" {
__attribute__((weak)) PyObject* _PyTraceMalloc_GetTraceback(unsigned domain, std::uintptr_t block);
__attribute__((weak)) int PyTraceMalloc_Untrack(unsigned domain, std::uintptr_t block);
__attribute__((weak)) int PyRefTracer_SetTracer(void* tracer, void* data);  // 3.13+
}

namespace heapsnap {
namespace {

constexpr std::uint64_t kPatience = 60 * kSecond;
PyObject* last_frames = nullptr;

constexpr unsigned kObjects = 0;             // the domain of Python's own allocators
constexpr unsigned kNobodys = 0x6865'6170;   // a domain in which nothing is traced

const char* begin() {
  // Its result is documented to tell whether tracemalloc is on; there is nothing to forget here.
  if (PyTraceMalloc_Untrack(kNobodys, 0) < 0) return "tracemalloc was not on";
  if (!use_private_memory()) return "there was no memory for the answers";
  PyGC_Disable();  // 3.10 and 3.11 collect when objects are made
  if (PyRefTracer_SetTracer != nullptr) PyRefTracer_SetTracer(nullptr, nullptr);
  return nullptr;
}

// The first of the frames is the newest. Each is a tuple of a file's name and a line.
bool read_newest(PyObject* frames, AllocationSite& site) {
  if (!PyTuple_Check(frames) || PyTuple_Size(frames) == 0) return false;
  PyObject* const frame = PyTuple_GetItem(frames, 0);
  if (!PyTuple_Check(frame) || PyTuple_Size(frame) != 2) return false;
  PyObject* const file = PyTuple_GetItem(frame, 0);
  if (!PyUnicode_Check(file)) return false;
  site.file = reinterpret_cast<Address>(file);
  const unsigned long line = PyLong_AsUnsignedLong(PyTuple_GetItem(frame, 1));
  site.line = line <= INT32_MAX ? static_cast<std::uint32_t>(line) : 0;
  return true;
}

SiteAnswer ask(Address block, AllocationSite& site) {
  Py_DecRef(last_frames);  // on 3.15 the names of files may be strs of the answer's own
  last_frames = _PyTraceMalloc_GetTraceback(kObjects, block);
  if (last_frames == nullptr) return SiteAnswer::kFailed;
  return read_newest(last_frames, site) ? SiteAnswer::kKnown : SiteAnswer::kUnknown;
}

const char* reason_not_to_ask(const SnapshotRequest& request, const Capture& capture) {
  if (capture.in_place) return "the process itself was read (mode stop), where nothing is asked";
  if (request.strings == Strings::kNone) return "no names may leave the process (strings none)";
  if (_PyTraceMalloc_GetTraceback == nullptr || PyTraceMalloc_Untrack == nullptr) {
    return "this build of Python does not export _PyTraceMalloc_GetTraceback";
  }
  return nullptr;
}

}  // namespace

SiteSource allocation_sites_of(const SnapshotRequest& request, const Capture& capture) {
  SiteSource source;
  source.missing = reason_not_to_ask(request, capture);
  if (source.missing != nullptr) return source;
  source.begin = begin;
  source.ask = ask;
  source.patience_ns = kPatience;
  return source;
}

}  // namespace heapsnap
