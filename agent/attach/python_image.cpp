#include "agent/attach/python_image.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "agent/attach/elf_section.h"
#include "agent/attach/proc_files.h"
#include "agent/attach/python_version.h"

namespace heapsnap {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;
constexpr std::size_t kOverlap = 64;  // longer than any version

// 3.13 and later have a section of that name, which nothing strips. Its place is in the file's
// table of sections, which is not mapped.
Address runtime_by_section(pid_t pid, const ElfImage& image, const MappedRange& mapping) {
  if (file_name(mapping.path).find("python") == std::string_view::npos) return 0;
  const auto bytes = read_proc(pid, "root" + mapping.path);
  if (!bytes) return 0;
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes->data());
  const auto address = section_address(BytesMemory({data, bytes->size()}, 0), ".PyRuntime");
  return address ? *address + image.bias() : 0;
}

// Those that are likely first.
bool is_named_python(const MappedRange& mapping) {
  return file_name(mapping.path).find("python") != std::string_view::npos;
}

}  // namespace

std::vector<PythonImage::Candidate> PythonImage::candidates(const ForeignMemory& memory,
                                                            const std::vector<MappedRange>& maps) {
  std::vector<Candidate> result;
  for (const MappedRange& mapping : maps) {
    if (mapping.offset != 0 || !mapping.is_file() || !mapping.readable) continue;
    if (auto image = ElfImage::at(memory, mapping.start)) {
      result.push_back({*std::move(image), &mapping});
    }
  }
  return result;
}

std::optional<PythonImage> PythonImage::find_in(pid_t pid, const ForeignMemory& memory,
                                                const std::vector<MappedRange>& maps) {
  std::vector<Candidate> found = candidates(memory, maps);
  if (found.empty()) return std::nullopt;
  const ElfImage program = found.front().image;  // mapped below its libraries
  std::stable_partition(found.begin(), found.end(),
                        [](const Candidate& c) { return is_named_python(*c.mapping); });
  for (const bool by_section : {false, true}) {
    for (const Candidate& candidate : found) {
      const Address runtime = by_section
                                  ? runtime_by_section(pid, candidate.image, *candidate.mapping)
                                  : candidate.image.find("_PyRuntime");
      if (runtime == 0) continue;
      PythonImage python(program, candidate.image);
      python.runtime_ = runtime;
      python.hexversion_ = python.read_version(memory, *candidate.mapping);
      return python;
    }
  }
  return std::nullopt;
}

bool PythonImage::is_being_loaded(const ForeignMemory& memory,
                                  const std::vector<MappedRange>& maps) {
  const std::vector<Candidate> found = candidates(memory, maps);
  const auto is_python = [](const Candidate& c) { return c.image.find("PyType_Type") != 0; };
  return !found.empty() && file_name(found.front().mapping->path).starts_with("python") &&
         std::ranges::none_of(found, is_python);
}

Address PythonImage::find(std::string_view symbol) const {
  const Address own = program_.find(symbol);
  return own != 0 ? own : library_.find(symbol);
}

// 3.11 and later have it in a variable; before, it begins the text of sys.version, which is made in
// a variable without a name.
std::uint32_t PythonImage::read_version(const ForeignMemory& memory,
                                        const MappedRange& mapping) const {
  const Address variable = library_.find("Py_Version");
  if (variable != 0) return static_cast<std::uint32_t>(memory.word(variable));
  const unsigned minor = minor_in_name(file_name(mapping.path));
  std::vector<std::uint8_t> piece(kPiece + kOverlap);
  for (const ElfImage::Segment& segment : library_.segments()) {
    if (!segment.has_variables()) continue;
    for (std::uint64_t at = 0; at < segment.size; at += kPiece) {
      const std::uint64_t size = std::min<std::uint64_t>(piece.size(), segment.size - at);
      if (!memory.read(segment.address + at, piece.data(), size)) continue;
      if (const auto version = find_version({piece.data(), size}, minor)) return *version;
    }
  }
  return 0;
}

}  // namespace heapsnap
