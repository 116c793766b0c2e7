// RemoteScript is the Python script that remote-exec has a process execute: a file in the /tmp that
// the process sees, removed when this goes out of scope.
//
// It imports the agent from a folder that is on sys.path for that long, captures to the address
// of an AgentStream if somebody listens there, waits until that is over, and forgets the agent's
// modules again. Whatever goes wrong in it, it says so at that address, and never raises.
#pragma once

#include <sys/types.h>

#include <string>

#include "apps/heapsnap/capture/methods.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class RemoteScript {
 public:
  // `agent`: the folder with its package. Fails with kCapture.
  static Result<RemoteScript> write(const CaptureOrders& orders, const std::string& agent,
                                    const std::string& address);
  RemoteScript(RemoteScript&& other) noexcept;
  RemoteScript& operator=(RemoteScript&&) = delete;
  ~RemoteScript();

  const std::string& path() const { return path_; }  // as the process sees it

 private:
  RemoteScript(std::string file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  std::string file_;  // as we see it
  std::string path_;
};

}  // namespace heapsnap
