// The notes of a core file: which process it was of, and which files it had mapped.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libsnapshot/format.h"

namespace heapsnap {

struct CoreNotes {
  struct File {
    Address start = 0, end = 0;
    std::uint64_t offset = 0;
    std::string path = {};
  };

  pid_t pid = 0;
  std::string program = {}, arguments = {};  // as in CoreFile
  std::vector<File> files = {};

  // Adds what a segment of notes holds. What makes no sense is passed over.
  void add(std::span<const std::uint8_t> segment);

 private:
  void take(std::uint32_t type, std::span<const std::uint8_t> contents);
  void take_files(std::span<const std::uint8_t> contents);
  void take_process(std::span<const std::uint8_t> contents);
};

}  // namespace heapsnap
