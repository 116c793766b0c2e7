// Copying what a process has in its memory into an image.
//
//     copy_memory(pid, maps, CopiedPart::kWritable, deadline, image);  // while it stands still
//     copy_memory(pid, maps, CopiedPart::kConstant, deadline, image);  // at any time
//     image.seal();
//
// Objects live in private memory that can be written to; what can only be read holds names of types
// and the like, and is copied of files that are programs or libraries. Memory that is shared with
// others, devices, and pages that were never touched are left out. A copy that takes too long is
// given up, as a process must not stand still for ever.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <vector>

#include "agent/attach/process_maps.h"
#include "agent/image/memory_image.h"
#include "libsnapshot/result.h"

namespace heapsnap {

enum class CopiedPart { kWritable, kConstant };

// What cannot be read is not in the image. Fails with kCapture: no memory for it, or not done in
// time.
Result<void> copy_memory(pid_t pid, const std::vector<MappedRange>& maps, CopiedPart part,
                         std::chrono::steady_clock::time_point deadline, MemoryImage& image);

}  // namespace heapsnap
