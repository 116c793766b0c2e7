// CoreFile is the memory image that the kernel (or a debugger) wrote of a process: an ELF file with
// its segments, and notes that say whose they are.
//
//     Result<CoreFile> core = CoreFile::open("core.4711", "");
//     core->image.read(address, &word, sizeof word);
//     for (const std::string& warning : core->warnings) ...
//
// Pages of programs and libraries that were not changed are usually not in a core: they are read
// from the files that the notes name, if those still begin as they are in the core. A core that was
// cut off is used as far as it goes. Nothing in it is trusted: counts are compared with the bytes
// that there are.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agent/attach/process_maps.h"
#include "agent/image/mapped_bytes.h"
#include "agent/image/memory_image.h"
#include "libsnapshot/result.h"

namespace heapsnap {

struct CoreFile {
  using OpenFile = std::function<std::shared_ptr<MappedBytes>(const std::string& path)>;

  // `exe`: the program, if it is not where the core says; or empty. ROOT/usr/bin/python3 of a core
  // that says /usr/bin/python3 tells where libraries are, too. Fails with kUnreadable: the file
  // cannot be read, or is no core of this machine.
  static Result<CoreFile> open(const std::string& path, const std::string& exe);
  // Of bytes, which have to live as long; files are opened by `open_file`.
  static Result<CoreFile> parse(std::span<const std::uint8_t> bytes, const OpenFile& open_file);

  MemoryImage image = {};
  std::vector<MappedRange> maps = {};        // in the order of addresses
  pid_t pid = 0;                         // 0: unknown
  std::string program = {};              // up to 15 characters
  std::string arguments = {};            // up to 79, a zero after each word
  std::uint64_t time_ns = 0;             // of the file's last change; 0: unknown
  std::uint64_t missing = 0;             // bytes that the file ends before
  std::vector<std::string> warnings = {};
};

}  // namespace heapsnap
