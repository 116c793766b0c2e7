// The exit codes of heapsnap, a stable part of its interface (docs/output.md).
#pragma once

#include "libsnapshot/result.h"

namespace heapsnap {

inline constexpr int kExitDone = 0;
inline constexpr int kExitCondition = 1;  // what the user asked about holds; never otherwise
inline constexpr int kExitUsage = 2;
inline constexpr int kExitUnreadable = 3;
inline constexpr int kExitCapture = 4;
inline constexpr int kExitUnsupported = 5;
inline constexpr int kExitBug = 70;

constexpr int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage: return kExitUsage;
    case ErrorCode::kUnreadable: return kExitUnreadable;
    case ErrorCode::kCapture: return kExitCapture;
    case ErrorCode::kUnsupported: return kExitUnsupported;
    case ErrorCode::kBug: break;
  }
  return kExitBug;
}

}  // namespace heapsnap
