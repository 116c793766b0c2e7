// The image of a running process: it is stopped, its memory is copied, and it goes on. It is made
// to do nothing; only the threads that stand still notice, as after any interruption.
#pragma once

#include <sys/types.h>

#include <chrono>

#include "agent/attach/python_process.h"
#include "agent/image/memory_image.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct ProcessImage {
  PythonProcess python = {};
  MemoryImage image = {};
  std::chrono::nanoseconds pause{0};
  bool collecting = false;  // the collector was running, and ran each time that was tried before
};

// Call it in a process that traces nothing else (see tracer.h). `timeout`: how long to try for an
// instant that is good, and how long the process stands still at most while its memory is copied.
// Fails with kCapture or kUnsupported.
Result<ProcessImage> image_of_process(pid_t pid, std::chrono::milliseconds timeout);

}  // namespace heapsnap
