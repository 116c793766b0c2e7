#include <Python.h>

#include "agent/module/this_python.h"

#include <cstdlib>
#include <cstring>
#include <string_view>

#include "agent/module/system_calls.h"
#include "agent/walk/text_key.h"

// Exported by CPython, but not in its stable ABI: each may be missing, its address is 0 then.
extern "C" {
extern __attribute__((weak)) char _PyRuntime[];
extern __attribute__((weak)) unsigned char _Py_HashSecret[16];
__attribute__((weak)) const char* _PyMem_GetCurrentAllocatorName(void);
}

namespace heapsnap {
namespace {

ThisPython python;

template <std::size_t N>
void copy_text(char (&to)[N], std::string_view text) {
  const std::size_t size = text.size() < N ? text.size() : N - 1;
  std::memcpy(to, text.data(), size);
  to[size] = '\0';
}

template <std::size_t N>
void append_word(char (&to)[N], const char* word) {
  const std::size_t size = std::strlen(to);
  if (size + std::strlen(word) + 2 > N) return;
  if (size != 0) std::strcat(to, " ");
  std::strcat(to, word);
}

std::uint64_t number_in_sys(const char* name) {
  PyObject* value = PySys_GetObject(name);  // borrowed
  if (value == nullptr) return 0;
  const unsigned long number = PyLong_AsUnsignedLong(value);
  if (PyErr_Occurred() != nullptr) PyErr_Clear();
  return number;
}

bool jit_is_on() {
  PyObject* jit = PySys_GetObject("_jit");  // 3.14+; borrowed
  PyObject* answer = jit != nullptr ? PyObject_CallMethod(jit, "is_enabled", nullptr) : nullptr;
  const bool is_on = answer == Py_True;
  Py_XDECREF(answer);
  PyErr_Clear();
  return is_on;
}

void examine_build() {
  python.build[0] = '\0';
  if (PySys_GetObject("gettotalrefcount") != nullptr) append_word(python.build, "debug");
  if (jit_is_on()) append_word(python.build, "jit");
}

void derive_key() {
  std::uint64_t secret[2];
  if (_Py_HashSecret != nullptr) {
    std::memcpy(secret, _Py_HashSecret, sizeof secret);
  } else {
    system_call(SYS_getrandom, secret, sizeof secret, 0);
  }
  const TextKey key = text_key(secret);
  std::memcpy(python.hash_key, key.key, sizeof key.key);
  std::memcpy(python.key_fingerprint, key.fingerprint, sizeof key.fingerprint);
}

template <class Pointer>
Address address_of(Pointer pointer) {
  return reinterpret_cast<Address>(pointer);
}

}  // namespace

void examine_this_python() {
  if (python.hexversion != 0) return;
  const char* version = Py_GetVersion();
  copy_text(python.version, std::string_view(version, std::strcspn(version, " ")));
  if (_PyMem_GetCurrentAllocatorName != nullptr) {
    const char* name = _PyMem_GetCurrentAllocatorName();
    if (name != nullptr) copy_text(python.allocator, name);
  }
  derive_key();
  examine_build();
  const std::uint64_t hexversion = number_in_sys("hexversion");
  python.minor = hexversion >> 16 & 0xFF;
  python.hexversion = static_cast<std::uint32_t>(hexversion);
}

const ThisPython& this_python() { return python; }

Target this_target() {
  return {
      .hexversion = python.hexversion,
      .runtime = address_of(_PyRuntime),
      .interpreter = address_of(PyInterpreterState_Get()),
      .thread = address_of(PyThreadState_Get()),
      .type = address_of(&PyType_Type),
      .object = address_of(&PyBaseObject_Type),
      .none = address_of(Py_None),
  };
}

}  // namespace heapsnap
