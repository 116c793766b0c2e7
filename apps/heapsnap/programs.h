// Whether snapshots that are compared are of one program and one Python. Those of two differ in
// what no program did: each version of Python has other objects of its own.
#pragma once

#include <optional>
#include <string>

#include "libanalysis/graph.h"

namespace heapsnap {

// "the snapshots are of two programs (old.py; new.py)", or of two versions of Python.
std::optional<std::string> two_programs(const Provenance& was, const Provenance& is);

// Finds the first pair of neighbours of a series of snapshots that are not of one.
class ProgramWatch {
 public:
  void add(const Provenance& provenance) {
    if (last_ && !found_) found_ = two_programs(*last_, provenance);
    last_ = provenance;
  }
  const std::optional<std::string>& found() const { return found_; }

 private:
  std::optional<Provenance> last_;
  std::optional<std::string> found_;
};

}  // namespace heapsnap
