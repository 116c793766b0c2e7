// Progress tells who asked for it how far the reading of a snapshot is, from the calling thread only.
#pragma once

#include <string_view>
#include <thread>

#include "libanalysis/graph_builder.h"

namespace heapsnap {

class Progress {
 public:
  explicit Progress(const BuildOptions& options)
      : report_(options.progress), caller_(std::this_thread::get_id()) {}

  void at(std::string_view stage, double share) const {
    if (report_ && std::this_thread::get_id() == caller_) report_(stage, share);
  }

 private:
  const decltype(BuildOptions::progress)& report_;
  std::thread::id caller_;
};

}  // namespace heapsnap
