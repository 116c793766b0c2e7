// What the user asked of `heapsnap capture`, as it was typed, besides what is as for `run`.
#pragma once

#include <string>

namespace heapsnap {

struct CaptureOptions {
  int pid = 0;
  std::string method = "auto";
  std::string mode = {};
  std::string timeout = "10s";
};

}  // namespace heapsnap
