// References that CPython itself holds where no edge is recorded, and that are not C code keeping
// an object alive.
#pragma once

#include <cstdint>

#include "libsnapshot/format.h"

namespace heapsnap {

// How many references to an object of this layout such rules explain, for the target's
// PY_VERSION_HEX.
std::uint32_t known_excess(std::uint32_t hexversion, TypeLayout layout);

}  // namespace heapsnap
