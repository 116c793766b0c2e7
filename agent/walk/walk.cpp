#include "agent/walk/walk.h"

#include "agent/layout/layout.h"
#include "agent/walk/memory_direct.h"
#include "agent/walk/walk_with.h"

namespace heapsnap {

void walk(const WalkOptions& options, Recovery& recovery, WalkReport& report) {
  report = WalkReport{};
  const Layout* const layout = layout_for(options.target.hexversion);
  if (layout == nullptr) {
    report.reason = "this version of CPython is not supported";
    return;
  }
  walk_with<Direct>(options, *layout, recovery, report);
}

}  // namespace heapsnap
