// Finding a section of an ELF file by its name: for what no dynamic symbol tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/attach/foreign_memory.h"

namespace heapsnap {

// The address of the section as the file has it (add ElfImage::bias()). `file` holds the bytes of
// the file, from address 0 on.
std::optional<Address> section_address(const ForeignMemory& file, std::string_view name);

}  // namespace heapsnap
