// The method agent: the agent in the process, if there is one, is asked by the signal that it was
// installed with, and sends its snapshot here instead of making a file.
//
// A signal is sent to a process only that shows the mark of the agent for it (agent/module/mark.h)
// and has a handler, the agent's own as far as that can be seen (agent/attach/handler_table.h).
// Between that look and the signal the process may begin to execute another program, which has
// none: microseconds, and it cannot be excluded. So a signal that does nothing by default is taken
// before others.
#pragma once

#include "apps/heapsnap/capture/methods.h"

namespace heapsnap {

Result<Captured> capture_by_agent(const CaptureOrders& orders, SnapshotNames& names);

}  // namespace heapsnap
