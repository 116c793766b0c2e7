#include "agent/attach/python_process.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "agent/attach/control_group.h"
#include "agent/attach/elf_image.h"
#include "agent/attach/interpreter.h"
#include "agent/attach/other_tracer.h"
#include "agent/attach/proc_files.h"
#include "agent/attach/python_image.h"
#include "agent/attach/python_version.h"
#include "agent/layout/layout.h"
#include "agent/module/process.h"

namespace heapsnap {
namespace {

constexpr char kSupported[] = "supported are CPython 3.10 to 3.15";
constexpr std::uint64_t kLongestStart = 10'000'000'000;  // ns; then it is what it seems to be

tl::unexpected<Error> unsupported(std::string message) {
  return failure(ErrorCode::kUnsupported, std::move(message));
}

Result<void> check_status(pid_t pid) {
  const auto status = status_of(pid);
  if (!status || status->state == 'Z' || status->state == 'X') return tl::unexpected(gone(pid));
  return status->tracer == 0 ? Result<void>() : check_tracer(pid, pid);
}

Result<std::vector<MappedRange>> read_maps(pid_t pid) {
  auto maps = maps_of(pid);
  if (!maps) return tl::unexpected(cannot_trace(pid, errno));
  if (!maps->empty()) return *std::move(maps);
  constexpr int kKernelThreads = 2;  // the process that starts them all
  const auto stat = stat_of(pid);
  if (!stat || (stat->parent != kKernelThreads && pid != kKernelThreads)) {
    return tl::unexpected(gone(pid));  // it is about to end: its memory has gone already
  }
  return unsupported(fmt::format("process {} is a part of the kernel", pid));
}

// Too young for what is missing to be missing for good. A core's process (0) is not.
bool is_young(pid_t pid) {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  const std::uint64_t now_ns = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
                               static_cast<std::uint64_t>(now.tv_nsec);
  const std::uint64_t start = pid == 0 ? 0 : start_time_ns(pid);
  return start != 0 && now_ns < start + kLongestStart;
}

// Of a program that is linked dynamically. One that has not loaded it yet has just been put there,
// however old the process is.
bool has_c_library(const std::vector<MappedRange>& maps) {
  const auto begins = [&](std::string_view name) {
    return std::ranges::any_of(
        maps, [&](const MappedRange& range) { return file_name(range.path).starts_with(name); });
  };
  return begins("libc.so") || begins("libc-") || !begins("ld-linux");
}

tl::unexpected<Error> is_starting(const std::string& whose) {
  return passing_failure(whose + " is still starting");
}

// The types that the walk begins with are made ready after the interpreter's state is there.
bool are_types_ready(const ForeignMemory& memory, const Target& target) {
  const Offset flags = layout_for(target.hexversion)->type.tp_flags;
  const auto is_ready = [&](Address type) {
    const auto at = type + static_cast<Address>(static_cast<std::int64_t>(flags));
    return type == 0 || (memory.word(at) & kTypeReady) != 0;
  };
  return is_ready(target.type) && is_ready(target.object);
}

Result<void> check_version(const std::string& whose, std::uint32_t hexversion) {
  if (layout_for(hexversion) != nullptr) return {};
  if (hexversion == 0) {
    return unsupported(fmt::format("{} runs a Python whose version cannot be told: {}", whose,
                                   kSupported));
  }
  return unsupported(
      fmt::format("{} runs CPython {}: {}", whose, version_text(hexversion), kSupported));
}

// What of the build can be told by what it exports.
Result<void> check_build(const std::string& whose, const PythonImage& image) {
  if (image.find("_Py_MergeZeroLocalRefcount") == 0) return {};
  return unsupported(fmt::format("{} runs a free-threaded build of CPython: only builds "
                                 "with a GIL are supported",
                                 whose));
}

}  // namespace

Error cannot_trace(pid_t pid, int error) {
  if (error == ESRCH || error == ENOENT) return gone(pid);
  const auto target = status_of(pid);
  if (!target) return gone(pid);
  if (const Result<void> free = check_tracers(pid); !free) return free.error();
  std::string why = fmt::format("no permission to trace process {}", pid);
  if (target->user != geteuid() && geteuid() != 0) {
    why += fmt::format(", which belongs to user {}: try as that user or as root", target->user);
  } else if (const auto yama = read_proc(getpid(), "../sys/kernel/yama/ptrace_scope");
             yama && (*yama)[0] > '0') {
    why += ": the system allows it to root only (yama); try sudo, or sysctl "
           "kernel.yama.ptrace_scope=0";
  } else {
    why += ": it has more rights than we, forbids it (prctl PR_SET_DUMPABLE), or this container "
           "lacks CAP_SYS_PTRACE; try as root, or from the host";
  }
  return {ErrorCode::kCapture, why, {}};
}

Error gone(pid_t pid) {
  return {ErrorCode::kCapture, fmt::format("there is no process {}: it may have ended", pid), {}};
}

Error replaced(pid_t pid) {
  return passing_failure(fmt::format("process {} runs another program by now", pid)).value();
}

Error or_replaced(const PythonProcess& python, const Error& error) {
  const ProcessIdentity now = identity_of(python.pid);
  if (now == python.identity && !now.is_changing()) return error;
  return now.has_memory() ? replaced(python.pid) : gone(python.pid);
}

Result<PythonProcess> find_python(pid_t pid) {
  ProcessIdentity identity = identity_of(pid);
  const Result<void> fit = check_status(pid).and_then([&] { return check_frozen(pid); });
  if (!fit) return tl::unexpected(fit.error());
  const Result<std::vector<MappedRange>> maps = read_maps(pid);
  if (!maps) return tl::unexpected(maps.error());
  const LiveMemory memory(pid);
  const Address start = maps->front().start;
  if (char byte = 0; !memory.read(start, &byte, 1)) {
    if (errno == EPERM || errno == ESRCH) return tl::unexpected(cannot_trace(pid, errno));
  }
  Result<PythonProcess> python =
      find_python_in(memory, *maps, pid, fmt::format("process {}", pid));
  if (!python) {
    return tl::unexpected(or_replaced({.pid = pid, .identity = identity}, python.error()));
  }
  python->identity = std::move(identity);
  return python;
}

Result<PythonProcess> find_python_in(const ForeignMemory& memory,
                                     const std::vector<MappedRange>& maps, pid_t pid,
                                     const std::string& whose) {
  const auto image = PythonImage::find_in(pid, memory, maps);
  if (!image) {
    const bool may_start = is_young(pid) || !has_c_library(maps);
    if (may_start && PythonImage::is_being_loaded(memory, maps)) return is_starting(whose);
    return unsupported(fmt::format("{} is no Python that we know: {}", whose, kSupported));
  }
  PythonProcess python{.pid = pid};
  python.target.hexversion = image->hexversion();
  if (python.target.hexversion == 0 && is_young(pid)) return is_starting(whose);
  const Result<void> fit = check_version(whose, python.target.hexversion).and_then([&] {
    return check_build(whose, *image);
  });
  if (!fit) return tl::unexpected(fit.error());
  python.target.runtime = image->runtime();
  python.target.type = image->find("PyType_Type");
  python.target.object = image->find("PyBaseObject_Type");
  python.target.none = image->find("_Py_NoneStruct");
  python.hash_secret = image->find("_Py_HashSecret");
  python.debug_build = image->find("_Py_NegativeRefcount") != 0;
  const InterpreterPlaces places = find_interpreter(memory, python.target);
  python.target.interpreter = places.interpreter;
  python.collecting = places.collecting;
  python.collector_on = places.collector_on;
  if (places.interpreter == 0 || !are_types_ready(memory, python.target)) {
    if (is_young(pid)) return is_starting(whose);
    return passing_failure(whose + " has no interpreter: it starts, or ends");
  }
  return python;
}

std::optional<bool> collector_is_on(const PythonProcess& python, const ForeignMemory& memory) {
  if (python.collector_on == 0) return std::nullopt;
  const auto flag = memory.get<std::int32_t>(python.collector_on);
  if (!flag || (*flag != 0 && *flag != 1)) return std::nullopt;
  return *flag == 1;
}

bool is_collecting(const PythonProcess& python) {
  return is_collecting(python, LiveMemory(python.pid));
}

bool is_collecting(const PythonProcess& python, const ForeignMemory& memory) {
  return python.collecting != 0 && memory.get<std::int32_t>(python.collecting).value_or(0) == 1;
}

}  // namespace heapsnap
