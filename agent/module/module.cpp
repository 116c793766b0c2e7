// The extension module `_agent`: functions, and nothing else. It has no state of its own in an
// interpreter, so it may be imported by all of them, as often as one likes.
#include <Python.h>

#include <cstddef>
#include <cstdint>

#include "agent/module/capture.h"
#include "agent/module/destination.h"
#include "agent/module/mark.h"
#include "agent/module/system_calls.h"
#include "agent/module/this_python.h"

namespace heapsnap {
namespace {

constexpr char kCaptureDoc[] =
    "capture(path, stop, strings, prefix, trigger)\n--\n\n"
    "Starts a capture and returns its handle, or -1 if too many are under way. Allocates nothing.";
constexpr char kWaitDoc[] =
    "wait(handle, milliseconds)\n--\n\n"
    "True if the capture is over; other threads run meanwhile. Signals may end the wait early.";
constexpr char kLookDoc[] =
    "look(handle)\n--\n\n"
    "(over, failure, error, reason, objects, bytes, pause in ns, in place) of a capture.";
constexpr char kSayDoc[] =
    "say(address, line)\n--\n\n"
    "Sends a line to whoever listens at unix:@NAME. False: nobody does.";
constexpr char kMarkDoc[] =
    "mark(signal, text)\n--\n\n"
    "Shows others that this signal asks for a snapshot (agent/module/mark.h). False: it cannot.";
constexpr char kVersionDoc[] = "version()\n--\n\nThe agent's version.";

bool is_count(Py_ssize_t count, Py_ssize_t expected) {
  if (count == expected) return true;
  PyErr_Format(PyExc_TypeError, "expected %zd arguments, got %zd", expected, count);
  return false;
}

bool parse_number(PyObject* object, long most, long& value) {
  value = PyLong_AsLong(object);
  if (value == -1 && PyErr_Occurred() != nullptr) return false;
  if (value >= 0 && value <= most) return true;
  PyErr_Format(PyExc_ValueError, "expected a number from 0 to %ld", most);
  return false;
}

// The text of an ASCII str, which Python holds as it is, or of a bytes.
const char* parse_text(PyObject* object) {
  char* bytes = nullptr;
  if (PyBytes_Check(object)) {
    return PyBytes_AsStringAndSize(object, &bytes, nullptr) == 0 ? bytes : nullptr;
  }
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(object, &size);
  for (Py_ssize_t i = 0; text != nullptr && i < size; ++i) {
    if (text[i] != '\0') continue;
    PyErr_SetString(PyExc_ValueError, "embedded null character");
    return nullptr;
  }
  return text;
}

Capture* parse_handle(PyObject* object) {
  long handle = 0;
  if (!parse_number(object, kMaxHandle, handle)) return nullptr;
  Capture* capture = find_capture(static_cast<unsigned>(handle));
  if (capture == nullptr) PyErr_SetString(PyExc_LookupError, "no such capture");
  return capture;
}

PyObject* capture_function(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
  if (!is_count(count, 5)) return nullptr;
  long stop = 0, strings = 0, prefix = 0;
  SnapshotRequest request;
  request.path = parse_text(arguments[0]);
  if (request.path == nullptr || !parse_number(arguments[1], 1, stop) ||
      !parse_number(arguments[2], static_cast<long>(Strings::kFull), strings) ||
      !parse_number(arguments[3], 1 << 20, prefix)) {
    return nullptr;
  }
  request.trigger = parse_text(arguments[4]);
  if (request.trigger == nullptr) return nullptr;
  request.in_place = stop != 0;
  request.collector_on = PyGC_IsEnabled() != 0;
  request.strings = static_cast<Strings>(strings);
  request.prefix = static_cast<std::uint32_t>(prefix);
  request.target = this_target();
  return PyLong_FromLong(start_capture(request));  // from -1 to 255: no allocation
}

PyObject* wait_function(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
  long milliseconds = 0;
  if (!is_count(count, 2)) return nullptr;
  Capture* capture = parse_handle(arguments[0]);
  if (capture == nullptr || !parse_number(arguments[1], 3'600'000, milliseconds)) return nullptr;
  PyThreadState* thread = PyEval_SaveThread();
  const bool over = wait_for(*capture, static_cast<std::uint64_t>(milliseconds) * kMillisecond);
  PyEval_RestoreThread(thread);
  return PyBool_FromLong(over);
}

const char* name_of(Failure failure) {
  switch (failure) {
    case Failure::kNone: return nullptr;
    case Failure::kExists: return "exists";
    case Failure::kSpace: return "space";
    case Failure::kOpen: return "open";
    case Failure::kConnect: return "connect";
    case Failure::kName: return "name";
    case Failure::kWrite: return "write";
    case Failure::kRename: return "rename";
    case Failure::kMemory: return "memory";
    case Failure::kUnsupported: return "unsupported";
    case Failure::kIncomplete: return "incomplete";
    case Failure::kDied: return "died";
  }
  return nullptr;
}

PyObject* look_function(PyObject*, PyObject* handle) {
  Capture* capture = parse_handle(handle);
  if (capture == nullptr) return nullptr;
  const bool over = capture->state.load(std::memory_order_acquire) == Capture::kDone;
  return Py_BuildValue("(OzizKKKO)", over ? Py_True : Py_False,
                       over ? name_of(capture->failure) : nullptr, over ? capture->error : 0,
                       over ? capture->reason : nullptr, capture->objects, capture->bytes,
                       capture->pause_ns, capture->in_place ? Py_True : Py_False);
}

PyObject* say_function(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
  if (!is_count(count, 2)) return nullptr;
  const char* address = parse_text(arguments[0]);
  const char* line = address != nullptr ? parse_text(arguments[1]) : nullptr;
  return line != nullptr ? PyBool_FromLong(send_line(address, line)) : nullptr;
}

PyObject* mark_function(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
  long signal = 0;
  if (!is_count(count, 2) || !parse_number(arguments[0], 64, signal)) return nullptr;
  const char* text = parse_text(arguments[1]);
  return text != nullptr ? PyBool_FromLong(set_mark(static_cast<unsigned>(signal), text)) : nullptr;
}

PyObject* version_function(PyObject*, PyObject*) { return PyUnicode_FromString(HEAPSNAP_VERSION); }

template <class Function>
PyCFunction method_of(Function function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(function));
}

PyMethodDef methods[] = {
    {"capture", method_of(capture_function), METH_FASTCALL, kCaptureDoc},
    {"wait", method_of(wait_function), METH_FASTCALL, kWaitDoc},
    {"look", look_function, METH_O, kLookDoc},
    {"say", method_of(say_function), METH_FASTCALL, kSayDoc},
    {"mark", method_of(mark_function), METH_FASTCALL, kMarkDoc},
    {"version", version_function, METH_NOARGS, kVersionDoc},
    {nullptr, nullptr, 0, nullptr},
};

int execute(PyObject*) {
  examine_this_python();
  if (prepare_captures() && prepare_arena()) return 0;
  PyErr_NoMemory();
  return -1;
}

// Py_mod_multiple_interpreters and its value for "each with a GIL of its own", which the headers
// of the oldest version do not have. 3.10 and 3.11 refuse a slot that they do not know.
constexpr int kMultipleInterpreters = 3;
constexpr unsigned kFirstWithThatSlot = 12;

PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(execute)},
    {kMultipleInterpreters, reinterpret_cast<void*>(2)},
    {0, nullptr},
};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "heapsnap._agent", "What runs in the program: see module.cpp.", 0,
    methods, slots, nullptr, nullptr, nullptr,
};

// "3.11.7 (main, ...)": 11.
unsigned minor_version() {
  unsigned minor = 0;
  for (const char* digit = Py_GetVersion() + 2; *digit >= '0' && *digit <= '9'; ++digit) {
    minor = minor * 10 + static_cast<unsigned>(*digit - '0');
  }
  return minor;
}

}  // namespace
}  // namespace heapsnap

PyMODINIT_FUNC PyInit__agent() {
  if (heapsnap::minor_version() < heapsnap::kFirstWithThatSlot) heapsnap::slots[1] = {0, nullptr};
  return PyModuleDef_Init(&heapsnap::definition);
}
