// PythonImage is the file that holds the interpreter, as it is mapped into a process: a program
// with Python in it, or libpython.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/attach/elf_image.h"
#include "agent/attach/foreign_memory.h"
#include "agent/attach/process_maps.h"

namespace heapsnap {

class PythonImage {
 public:
  // Nothing: no mapped file defines _PyRuntime. The memory has to live as long.
  static std::optional<PythonImage> find_in(pid_t pid, const ForeignMemory& memory,
                                            const std::vector<MappedRange>& maps);

  // Whether that is because a program of Python's name has not loaded its library yet.
  static bool is_being_loaded(const ForeignMemory& memory, const std::vector<MappedRange>& maps);

  Address runtime() const { return runtime_; }
  std::uint32_t hexversion() const { return hexversion_; }  // 0: not found

  // A symbol of the program, which may have copies of the library's, or of the library; 0: none.
  Address find(std::string_view symbol) const;

 private:
  struct Candidate {
    ElfImage image;
    const MappedRange* mapping;
  };

  explicit PythonImage(ElfImage program, ElfImage library)
      : program_(std::move(program)), library_(std::move(library)) {}

  static std::vector<Candidate> candidates(const ForeignMemory& memory,
                                           const std::vector<MappedRange>& maps);
  std::uint32_t read_version(const ForeignMemory& memory, const MappedRange& mapping) const;

  ElfImage program_, library_;
  Address runtime_ = 0;
  std::uint32_t hexversion_ = 0;
};

}  // namespace heapsnap
