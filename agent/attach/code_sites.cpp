#include "agent/attach/code_sites.h"

#include <algorithm>
#include <string_view>

namespace heapsnap {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr std::size_t kOverlap = 16;  // longer than any sequence

using namespace std::string_view_literals;
constexpr std::string_view kSystemCall = "\x0f\x05\xc3"sv;
constexpr std::string_view kSigreturns[] = {"\xb8\x0f\x00\x00\x00\x0f\x05"sv,
                                            "\x48\xc7\xc0\x0f\x00\x00\x00\x0f\x05"sv};

bool is_c_library(const MappedRange& mapping) {
  const std::string_view name = file_name(mapping.path);
  return name.starts_with("libc.") || name.starts_with("libc-") || name.starts_with("ld-musl");
}

void look_through(const ForeignMemory& memory, const MappedRange& mapping, CodeSites& sites) {
  std::vector<std::uint8_t> piece(kPiece + kOverlap);
  for (Address at = mapping.start; at < mapping.end && !sites.complete(); at += kPiece) {
    const std::size_t size = std::min<Address>(piece.size(), mapping.end - at);
    if (memory.read(at, piece.data(), size)) look_for_sites({piece.data(), size}, at, sites);
  }
}

}  // namespace

void look_for_sites(std::span<const std::uint8_t> code, Address start, CodeSites& sites) {
  const std::string_view text(reinterpret_cast<const char*>(code.data()), code.size());
  const auto look = [&](std::string_view sequence, Address& site) {
    const std::size_t found = site == 0 ? text.find(sequence) : text.npos;
    if (found != text.npos) site = start + found;
  };
  look(kSystemCall, sites.system_call);
  for (const std::string_view sequence : kSigreturns) look(sequence, sites.sigreturn);
}

bool are_there(const ForeignMemory& memory, const CodeSites& sites) {
  CodeSites found;
  for (const Address site : {sites.system_call, sites.sigreturn}) {
    std::uint8_t code[kOverlap] = {};
    if (!memory.read(site, code, sizeof code)) return false;
    look_for_sites(code, site, found);
  }
  return found.system_call == sites.system_call && found.sigreturn == sites.sigreturn;
}

std::optional<CodeSites> find_code_sites(const ForeignMemory& memory,
                                         const std::vector<MappedRange>& maps) {
  CodeSites sites;
  for (const bool c_library : {true, false}) {
    for (const MappedRange& mapping : maps) {
      if (!mapping.executable || !mapping.readable || mapping.writable) continue;
      if (mapping.is_file() && is_c_library(mapping) == c_library) {
        look_through(memory, mapping, sites);
      }
      if (sites.complete()) return sites;
    }
  }
  return std::nullopt;
}

}  // namespace heapsnap
