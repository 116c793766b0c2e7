#include "apps/heapsnap/capture/remote_script.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "apps/heapsnap/run/process.h"

namespace heapsnap {
namespace {

constexpr char kScript[] = R"(def capture():
    import sys
    try:
        agent = load(sys)
    except Exception as error:
        return tell(f"failed: the agent cannot be loaded: {{error}}\n")
    module, heap, loaded = agent
    try:
        if module.say(ADDRESS, "heard\n"):
            heap.start(ADDRESS, {stop}, ({strings}, {prefix}), "capture").wait()
    except Exception as error:
        module.say(ADDRESS, f"failed: {{error}}\n")
    finally:
        for name in loaded:
            sys.modules.pop(name, None)

def load(sys):
    earlier, written = set(sys.modules), sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    sys.path.insert(0, FOLDER)
    try:
        from heapsnap import _agent, _capture
    finally:
        sys.path.remove(FOLDER)
        sys.path_importer_cache.pop(FOLDER, None)
        sys.dont_write_bytecode = written
    ours = [name for name in sys.modules if name.partition(".")[0] == "heapsnap"]
    return _agent, _capture, [name for name in ours if name not in earlier]

def tell(line):
    import _socket
    try:
        connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        connection.connect(b"\0" + ADDRESS[len("unix:@"):])
        connection.send(line.encode("utf-8", "replace"))
        connection.close()
    except OSError:
        pass

ADDRESS = b"{address}"
FOLDER = bytes.fromhex("{folder}").decode("utf-8", "surrogateescape")
capture()
)";

std::string hex_of(const std::string& text) {
  std::string digits;
  for (const char c : text) digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return digits;
}

bool write_all(int file, const std::string& text) {
  return ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace

Result<RemoteScript> RemoteScript::write(const CaptureOrders& orders, const std::string& agent,
                                         const std::string& address) {
  const std::string root = fmt::format("/proc/{}/root", orders.pid);
  if (access((root + agent + "/heapsnap/_capture.py").c_str(), R_OK) != 0) {
    return failure(ErrorCode::kCapture,
                   fmt::format("process {} does not see the agent in {}: it has another file "
                               "system",
                               orders.pid, agent));
  }
  std::string file = root + "/tmp/heapsnap-XXXXXX";
  const int descriptor = mkstemp(file.data());
  const auto user = user_of(orders.pid);
  const std::string text = fmt::format(
      kScript, fmt::arg("stop", orders.mode == "stop" ? "True" : "False"),
      fmt::arg("strings", static_cast<int>(orders.texts.strings)),
      fmt::arg("prefix", orders.texts.prefix), fmt::arg("address", address),
      fmt::arg("folder", hex_of(agent)));
  const bool written = descriptor >= 0 && write_all(descriptor, text) && user &&
                       (*user == geteuid() || fchown(descriptor, *user, gid_t(-1)) == 0);
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  RemoteScript script(descriptor >= 0 ? file : "", file.substr(root.size()));
  if (written) return script;
  return failure(ErrorCode::kCapture,
                 fmt::format("cannot write a script for process {} in its /tmp: {}", orders.pid,
                             std::strerror(error)));
}

RemoteScript::RemoteScript(RemoteScript&& other) noexcept
    : file_(std::exchange(other.file_, {})), path_(std::move(other.path_)) {}

RemoteScript::~RemoteScript() {
  if (!file_.empty()) unlink(file_.c_str());
}

}  // namespace heapsnap
