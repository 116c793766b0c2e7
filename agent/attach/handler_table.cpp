#include "agent/attach/handler_table.h"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <string_view>

#include "agent/attach/elf_image.h"

namespace heapsnap {
namespace {

// Modules/signalmodule.c, and from 3.11 on Include/internal/pycore_signal.h.
struct HandlerEntry {
  std::int32_t came;
  std::int32_t unused;
  Address function;  // 0 in the first entry only, as there is no signal 0
};

bool is_table(const HandlerEntry* entries, std::size_t count) {
  if (count < NSIG || entries[0].function != 0) return false;
  return std::all_of(entries + 1, entries + NSIG, [](const HandlerEntry& entry) {
    return entry.function != 0 && (entry.came == 0 || entry.came == 1) && entry.unused == 0;
  });
}

bool holds_handler(const std::vector<std::uint64_t>& words, int signal, Address function) {
  for (std::size_t i = 2 * static_cast<std::size_t>(signal) + 1; i < words.size(); ++i) {
    if (words[i] != function) continue;
    const std::size_t start = i - 1 - 2 * static_cast<std::size_t>(signal);
    const auto* const entries = reinterpret_cast<const HandlerEntry*>(words.data() + start);
    if (is_table(entries, (words.size() - start) / 2)) return true;
  }
  return false;
}

// Variables of the program, and of libraries that are named like Python's.
std::vector<ElfImage::Segment> variables(const ForeignMemory& memory,
                                         const std::vector<MappedRange>& maps) {
  std::vector<ElfImage::Segment> result;
  bool first = true;
  for (const MappedRange& mapping : maps) {
    if (mapping.offset != 0 || !mapping.is_file() || !mapping.readable) continue;
    const bool is_python = file_name(mapping.path).find("python") != std::string_view::npos;
    if (!first && !is_python) continue;
    first = false;
    const auto image = ElfImage::at(memory, mapping.start);
    if (!image) continue;
    for (const ElfImage::Segment& segment : image->segments()) {
      if (segment.has_variables()) result.push_back(segment);
    }
  }
  return result;
}

}  // namespace

std::optional<bool> is_handler(const ForeignMemory& memory, const std::vector<MappedRange>& maps,
                               int signal, Address function) {
  bool any = false;
  for (const ElfImage::Segment& segment : variables(memory, maps)) {
    const Address start = (segment.address + 7) & ~Address{7};
    std::vector<std::uint64_t> words((segment.address + segment.size - start) / 8);
    if (!memory.read(start, words.data(), words.size() * 8)) continue;
    any = true;
    if (holds_handler(words, signal, function)) return true;
  }
  if (!any) return std::nullopt;
  return false;
}

}  // namespace heapsnap
