// The functions of each command: what it takes, and what it does.
#pragma once

#include "apps/heapsnap/options.h"
#include "apps/heapsnap/report.h"
#include "libsnapshot/result.h"

namespace heapsnap {


}  // namespace heapsnap
