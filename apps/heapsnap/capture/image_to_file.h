// Making a file of an image: a walker of ours reads it, and what comes is packed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/attach/python_process.h"
#include "agent/attach/snapshot_facts.h"
#include "agent/image/memory_image.h"
#include "apps/heapsnap/capture/methods.h"
#include "libsnapshot/records.h"

namespace heapsnap {

struct ImageOfPython {
  const MemoryImage& image;
  const PythonProcess& python;
  Circumstances how;
  std::function<std::vector<MemoryRecord>()> memory = nullptr;  // files of /proc; may be nothing
  std::string lacking = {};  // why the image is not whole; empty: it is
};

Result<Captured> write_image(const ImageOfPython& from, const CaptureOrders& orders,
                             SnapshotNames& names);

}  // namespace heapsnap
