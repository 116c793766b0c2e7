#include "apps/heapsnap/run/agent_folder.h"

#include <unistd.h>

#include <climits>
#include <cstdlib>

namespace heapsnap {
namespace {

// The path of this executable, empty if it cannot be told.
std::string own_path() {
  char path[PATH_MAX];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof path);
  return size > 0 ? std::string(path, static_cast<std::size_t>(size)) : std::string();
}

std::string parent(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

std::string preload_folder(const std::string& agent) { return agent + "/heapsnap/preload"; }

Result<std::string> agent_folder() {
  const char* chosen = std::getenv("HEAPSNAP_AGENT_DIR");
  const bool is_chosen = chosen != nullptr && *chosen != '\0';
  const std::string folder =
      is_chosen ? chosen : parent(parent(own_path())) + "/lib/heapsnap/agent";
  const std::string script = preload_folder(folder) + "/sitecustomize.py";
  if (access(script.c_str(), R_OK) == 0) {
    char* whole = realpath(folder.c_str(), nullptr);
    const std::string path = whole != nullptr ? whole : folder;
    std::free(whole);
    return path;
  }
  return failure(ErrorCode::kCapture,
                 "the agent is not in " + folder +
                     (is_chosen ? ": correct HEAPSNAP_AGENT_DIR"
                                : ": install heapsnap again, or set HEAPSNAP_AGENT_DIR"));
}

}  // namespace heapsnap
