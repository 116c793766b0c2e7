#include "apps/heapsnap/capture/by_core.h"

#include <fmt/format.h>

#include <utility>

#include "apps/heapsnap/capture/image_to_file.h"

namespace heapsnap {
namespace {

std::string cut_off(const CoreFile& core) {
  if (core.missing == 0) return "";
  return fmt::format("the core is cut off: {} bytes are not there", core.missing);
}

// What is wrong with the core is why.
tl::unexpected<Error> no_heap(const CoreFile& core, Error error) {
  if (core.missing != 0) {
    error.code = ErrorCode::kUnreadable;
    error.message = fmt::format("{}; as far as it goes: {}", cut_off(core), error.message);
  }
  if (!core.warnings.empty()) error.message += "; " + core.warnings.front();
  if (core.warnings.size() > 1) {
    error.message += fmt::format("; and {} more like that", core.warnings.size() - 1);
  }
  return tl::unexpected(std::move(error));
}

}  // namespace

Result<Captured> capture_core(const CoreFile& core, const std::string& path,
                              const CaptureOrders& orders, SnapshotNames& names) {
  Result<PythonProcess> python = find_python_in(core.image, core.maps, 0, path);
  if (!python) {
    Error error = python.error();
    // A core does not change.
    if (error.code == ErrorCode::kCapture) error.code = ErrorCode::kUnreadable;
    return no_heap(core, std::move(error));
  }
  python->pid = core.pid;
  const Past past = {core.time_ns, core.arguments};
  const Circumstances how = {"core", "stop", {}, is_collecting(*python, core.image), &past};
  Result<Captured> captured =
      write_image({core.image, *python, how, nullptr, cut_off(core)}, orders, names);
  if (!captured) return no_heap(core, captured.error());
  captured->warnings = core.warnings;
  return captured;
}

}  // namespace heapsnap
