// Result<T> is a value or the reason why there is none.
//
// Whatever can go wrong outside the program (a file, a process, what a user typed) is returned
// this way. A broken precondition is an assert. Nothing is thrown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace heapsnap {

enum class ErrorCode {
  kUsage,        // exit 2: what was asked makes no sense
  kUnreadable,   // exit 3: the input is missing, damaged, or of an unknown version
  kCapture,      // exit 4: the capture failed
  kUnsupported,  // exit 5: the target's Python is not supported
  kBug,          // exit 70: ours
};

struct Error {
  ErrorCode code = ErrorCode::kBug;
  std::string message = {};                  // one line: lower case, no full stop
  std::optional<std::uint64_t> offset = {};  // where in the file, if it is about one
  bool passes = false;  // what it tells of is over by itself in a moment
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(ErrorCode code, std::string message,
                                     std::optional<std::uint64_t> offset = std::nullopt) {
  return tl::unexpected<Error>(Error{code, std::move(message), offset});
}

inline tl::unexpected<Error> passing_failure(std::string message) {
  return tl::unexpected<Error>(
      Error{.code = ErrorCode::kCapture, .message = std::move(message), .passes = true});
}

}  // namespace heapsnap
