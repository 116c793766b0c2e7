// The generated columns of layout.h, one a minor version. Include layout.h instead.
#pragma once

#include "agent/layout/layout.h"

namespace heapsnap {

#include "agent/layout/columns/cpython_3_10.inc"
#include "agent/layout/columns/cpython_3_11.inc"
#include "agent/layout/columns/cpython_3_12.inc"
#include "agent/layout/columns/cpython_3_13.inc"
#include "agent/layout/columns/cpython_3_14.inc"
#include "agent/layout/columns/cpython_3_15.inc"

constexpr const Layout* layout_for(std::uint32_t hexversion) {
  if ((hexversion >> 24) != 3) return nullptr;
  switch ((hexversion >> 16) & 0xff) {
    case 10: return &kLayout10;
    case 11: return &kLayout11;
    case 12: return &kLayout12;
    case 13: return &kLayout13;
    case 14: return &kLayout14;
    case 15: return &kLayout15;
    default: return nullptr;
  }
}

}  // namespace heapsnap
