#include "libanalysis/process_memory.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace heapsnap {
namespace {

std::string_view take_until(std::string_view& text, char end) {
  const std::size_t place = text.find(end);
  const std::string_view taken = text.substr(0, place);
  text.remove_prefix(place == text.npos ? text.size() : place + 1);
  return taken;
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == text.npos ? std::string_view() : text.substr(first);
}

template <class Number>
std::optional<Number> number(std::string_view text, int base = 10) {
  Number value = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (done.ec != std::errc()) return std::nullopt;
  return value;
}

// The bytes of a line "Name:   123 kB".
std::optional<std::uint64_t> kilobytes(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (take_until(line, ':') != name) continue;
    const auto value = number<std::uint64_t>(without_blanks(line));
    if (!value || *value > UINT64_MAX / 1024) return std::nullopt;
    return *value * 1024;
  }
  return std::nullopt;
}

std::optional<Mapping> mapping(std::string_view line) {
  const auto begin = number<Address>(take_until(line, '-'), 16);
  const auto end = number<Address>(take_until(line, ' '), 16);
  if (!begin || !end || *end < *begin) return std::nullopt;
  Mapping result{.begin = *begin, .end = *end, .permissions = std::string(take_until(line, ' '))};
  for (int i = 0; i < 3; ++i) take_until(line, ' ');  // offset, device, inode
  result.name = without_blanks(line);
  return result;
}

// The lines of maps, or those of smaps, where more lines follow each.
std::vector<Mapping> read_mappings(std::string_view text) {
  std::vector<Mapping> mappings;
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    if (auto some = mapping(line)) {
      mappings.push_back(std::move(*some));
    } else if (!mappings.empty() && line.starts_with("Rss:")) {
      mappings.back().rss = kilobytes(line, "Rss");
    }
  }
  std::ranges::stable_sort(mappings, {}, &Mapping::begin);
  return mappings;
}

const Mapping* mapping_of(const std::vector<Mapping>& mappings, Address address) {
  const auto after = std::ranges::upper_bound(mappings, address, {}, &Mapping::begin);
  if (after == mappings.begin() || address >= std::prev(after)->end) return nullptr;
  return &*std::prev(after);
}

using BytesByMapping = std::map<std::optional<MappingKind>, std::int64_t>;

BytesByMapping objects_by_mapping(const Graph& graph, const std::vector<Mapping>& mappings) {
  BytesByMapping bytes;
  for (const NodeId id : graph.objects()) {
    const Mapping* const place = mapping_of(mappings, graph.address(id));
    const auto kind = place ? std::optional(mapping_kind(place->name)) : std::nullopt;
    bytes[kind] += static_cast<std::int64_t>(graph.size(id));
  }
  return bytes;
}

// Whether objects are all that we could name in such a mapping.
bool is_for_objects(MappingKind kind) {
  return kind == MappingKind::kAnonymous || kind == MappingKind::kHeap;
}

std::string_view text_of(const Provenance& provenance, const char* name) {
  const auto at = provenance.memory.find(name);
  return at == provenance.memory.end() ? std::string_view() : std::string_view(at->second);
}

}  // namespace

ProcessMemory process_memory(const Provenance& provenance) {
  const std::string_view rollup = text_of(provenance, "smaps_rollup");
  const std::string_view status = text_of(provenance, "status");
  ProcessMemory memory{.size = kilobytes(status, "VmSize"),
                       .rss = kilobytes(rollup, "Rss"),
                       .pss = kilobytes(rollup, "Pss"),
                       .anonymous = kilobytes(rollup, "Anonymous"),
                       .swap = kilobytes(rollup, "Swap")};
  if (!memory.rss) memory.rss = kilobytes(status, "VmRSS");
  if (!memory.anonymous) memory.anonymous = kilobytes(status, "RssAnon");
  if (!memory.swap) memory.swap = kilobytes(status, "VmSwap");
  memory.mappings = read_mappings(text_of(provenance, "smaps"));
  if (memory.mappings.empty()) memory.mappings = read_mappings(text_of(provenance, "maps"));
  return memory;
}

MappingKind mapping_kind(std::string_view name) {
  if (name.empty() || name.starts_with("[anon")) return MappingKind::kAnonymous;
  if (name == "[heap]") return MappingKind::kHeap;
  if (name.starts_with("[stack")) return MappingKind::kStack;
  return name.starts_with('[') ? MappingKind::kOther : MappingKind::kFile;
}

std::vector<MemoryPart> memory_parts(const Graph& graph, const ProcessMemory& memory) {
  std::vector<MemoryPart> parts;
  BytesByMapping objects = objects_by_mapping(graph, memory.mappings);
  for (const auto& [mapping, bytes] : objects) {
    parts.push_back({MemoryPart::Kind::kObjects, mapping, bytes});
  }
  if (!memory.rss) return parts;
  BytesByMapping rest;
  for (const Mapping& mapping : memory.mappings) {
    const MappingKind kind = mapping_kind(mapping.name);
    if (!mapping.rss || is_for_objects(kind)) continue;
    rest.try_emplace(kind, -objects[kind]).first->second += static_cast<std::int64_t>(*mapping.rss);
  }
  for (const auto& [mapping, bytes] : rest) {
    parts.push_back({MemoryPart::Kind::kRest, mapping, bytes});
  }
  auto unexplained = static_cast<std::int64_t>(*memory.rss);
  for (const MemoryPart& part : parts) unexplained -= part.bytes;
  parts.push_back({MemoryPart::Kind::kUnexplained, std::nullopt, unexplained});
  return parts;
}

}  // namespace heapsnap
