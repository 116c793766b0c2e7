#include "apps/heapsnap/run/signal_name.h"

#include <charconv>
#include <csignal>
#include <cstring>

namespace heapsnap {
namespace {

bool parse_number(std::string_view text, int& number) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end && !text.empty();
}

// The number of a name without SIG; 0: none.
int number_of(std::string_view name) {
  for (int signal = 1; signal < SIGRTMIN; ++signal) {
    const char* known = sigabbrev_np(signal);
    if (known != nullptr && name == known) return signal;
  }
  if (name == "RTMIN") return SIGRTMIN;
  if (name == "RTMAX") return SIGRTMAX;
  int offset = 0;
  if (name.starts_with("RTMIN+") && parse_number(name.substr(6), offset)) return SIGRTMIN + offset;
  if (name.starts_with("RTMAX-") && parse_number(name.substr(6), offset)) return SIGRTMAX - offset;
  if (parse_number(name, offset)) return offset;
  return 0;
}

}  // namespace

Result<int> parse_signal(std::string_view text) {
  std::string_view name = text;
  if (name.starts_with("SIG")) name.remove_prefix(3);
  const int signal = number_of(name);
  const bool named = signal > 0 && signal < SIGRTMIN && sigabbrev_np(signal) != nullptr;
  if (!named && (signal < SIGRTMIN || signal > SIGRTMAX)) {
    return failure(ErrorCode::kUsage, "'" + std::string(text) +
                                          "' is no signal: give a name such as USR2 or RTMIN+3");
  }
  return signal;
}

std::string signal_name(int signal) {
  if (signal == SIGRTMAX) return "SIGRTMAX";
  if (signal > SIGRTMAX - 15 && signal < SIGRTMAX) {
    return "SIGRTMAX-" + std::to_string(SIGRTMAX - signal);
  }
  if (signal > SIGRTMIN && signal < SIGRTMAX) {
    return "SIGRTMIN+" + std::to_string(signal - SIGRTMIN);
  }
  if (signal == SIGRTMIN) return "SIGRTMIN";
  const char* known = sigabbrev_np(signal);
  return known != nullptr ? std::string("SIG") + known : "signal " + std::to_string(signal);
}

}  // namespace heapsnap
