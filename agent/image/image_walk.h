// Walking a memory image, and sending the snapshot's stream to a file descriptor.
//
// It is done by a process of its own: whatever is wrong with the image, this one lives.
//
//     Result<ImageWalk> walk = ImageWalk::start(image, options);   // options.output is ignored
//     ... read walk->stream() to its end ...
//     const Result<std::string> incomplete = walk->finish();
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "agent/image/mapped_bytes.h"
#include "agent/image/memory_image.h"
#include "agent/walk/walk.h"
#include "libsnapshot/result.h"

namespace heapsnap {

// In this process. As walk() (agent/walk/walk.h), but it calls nothing of the target, and reads
// only the image.
void walk_image(const MemoryImage& image, const WalkOptions& options, Recovery& recovery,
                WalkReport& report);

class ImageWalk {
 public:
  // In a process of its own, with an arena of its own: those of `options`, and its output, are not
  // used. Fails with kCapture.
  static Result<ImageWalk> start(const MemoryImage& image, const WalkOptions& options);

  ImageWalk(ImageWalk&& other) noexcept;
  ImageWalk& operator=(ImageWalk&&) = delete;
  ~ImageWalk();

  int stream() const { return stream_; }

  // Why it is not complete; empty: it is. Fails with kCapture or kUnsupported: nothing was sent, or
  // not the end. An error that passes is of an instant that was no good. Once.
  Result<std::string> finish();

 private:
  ImageWalk(pid_t process, int stream, std::shared_ptr<MappedBytes> news)
      : process_(process), stream_(stream), news_(std::move(news)) {}

  pid_t process_;
  int stream_;
  std::shared_ptr<MappedBytes> news_;  // what the process tells at its end
};

}  // namespace heapsnap
