#include "agent/image/core_file.h"

#include <elf.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "agent/image/core_notes.h"

namespace heapsnap {
namespace {

constexpr Address kPage = 4096;
constexpr std::uint64_t kNanoseconds = 1'000'000'000;

template <class T>
std::optional<T> get(std::span<const std::uint8_t> bytes, std::uint64_t at) {
  T value;
  if (at > bytes.size() || bytes.size() - at < sizeof value) return std::nullopt;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

// As much as there is of `size` bytes.
std::span<const std::uint8_t> part(std::span<const std::uint8_t> bytes, std::uint64_t at,
                                   std::uint64_t size) {
  if (at >= bytes.size()) return {};
  return bytes.subspan(at, std::min<std::uint64_t>(size, bytes.size() - at));
}

std::optional<Elf64_Ehdr> core_header(std::span<const std::uint8_t> bytes) {
  const auto header = get<Elf64_Ehdr>(bytes, 0);
  const bool is_core = header && std::memcmp(header->e_ident, ELFMAG, SELFMAG) == 0 &&
                       header->e_ident[EI_CLASS] == ELFCLASS64 &&
                       header->e_ident[EI_DATA] == ELFDATA2LSB && header->e_type == ET_CORE &&
                       header->e_machine == EM_X86_64 && header->e_phentsize == sizeof(Elf64_Phdr);
  return is_core ? header : std::nullopt;
}

class CoreReader {
 public:
  CoreReader(std::span<const std::uint8_t> bytes, const CoreFile::OpenFile& open_file)
      : bytes_(bytes), open_file_(open_file) {}

  CoreFile read(const Elf64_Ehdr& header) {
    const std::vector<Elf64_Phdr> segments = segments_of(header);
    for (const Elf64_Phdr& segment : segments) {
      if (segment.p_type == PT_NOTE) notes_.add(take(segment.p_offset, segment.p_filesz));
    }
    for (const Elf64_Phdr& segment : segments) {
      if (segment.p_type == PT_LOAD) take_segment(segment);
    }
    std::ranges::sort(core_.maps, {}, &MappedRange::start);
    take_noted();
    take_from_files(segments);
    core_.image.seal();
    core_.pid = notes_.pid;
    core_.program = notes_.program;
    core_.arguments = notes_.arguments;
    return std::move(core_);
  }

 private:
  // What is there of a piece of the file that should have `size` bytes.
  std::span<const std::uint8_t> take(std::uint64_t at, std::uint64_t size) {
    const auto bytes = part(bytes_, at, size);
    core_.missing += size - bytes.size();
    return bytes;
  }

  std::vector<Elf64_Phdr> segments_of(const Elf64_Ehdr& header) {
    std::uint64_t count = header.e_phnum;
    if (count == PN_XNUM) {  // more than fit: the first section has the number
      const auto section = get<Elf64_Shdr>(take(header.e_shoff, sizeof(Elf64_Shdr)), 0);
      count = section ? section->sh_info : 0;
    }
    const auto table = take(header.e_phoff, count * sizeof(Elf64_Phdr));
    std::vector<Elf64_Phdr> segments(table.size() / sizeof(Elf64_Phdr));
    if (!segments.empty()) {
      std::memcpy(segments.data(), table.data(), segments.size() * sizeof(Elf64_Phdr));
    }
    return segments;
  }

  void take_segment(const Elf64_Phdr& segment) {
    if (segment.p_memsz == 0 || segment.p_vaddr > ~Address{0} - segment.p_memsz) return;
    const CoreNotes::File* const file = file_at(segment.p_vaddr);
    MappedRange mapping;
    mapping.start = segment.p_vaddr;
    mapping.end = segment.p_vaddr + segment.p_memsz;
    mapping.readable = (segment.p_flags & PF_R) != 0;
    mapping.writable = (segment.p_flags & PF_W) != 0;
    mapping.executable = (segment.p_flags & PF_X) != 0;
    if (file != nullptr) {
      mapping.offset = file->offset + (segment.p_vaddr - file->start);
      mapping.path = file->path;
    }
    core_.image.add({.start = mapping.start,
                     .bytes = take(segment.p_offset, std::min(segment.p_filesz, segment.p_memsz)),
                     .writable = mapping.writable,
                     .anonymous = file == nullptr});
    core_.maps.push_back(std::move(mapping));
  }

  const CoreNotes::File* file_at(Address address) const {
    for (const CoreNotes::File& file : notes_.files) {
      if (address >= file.start && address < file.end) return &file;
    }
    return nullptr;
  }

  // Mappings of files without a segment: gdb leaves out what is in the file.
  void take_noted() {
    std::vector<MappedRange> noted;
    for (const CoreNotes::File& file : notes_.files) {
      const auto next = std::ranges::upper_bound(core_.maps, file.start, {}, &MappedRange::start);
      const bool overlaps = (next != core_.maps.end() && next->start < file.end) ||
                            (next != core_.maps.begin() && std::prev(next)->end > file.start);
      if (overlaps || file.start >= file.end) continue;
      MappedRange mapping;
      mapping.start = file.start;
      mapping.end = file.end;
      mapping.offset = file.offset;
      mapping.readable = true;
      mapping.path = file.path;
      noted.push_back(std::move(mapping));
    }
    core_.maps.insert(core_.maps.end(), noted.begin(), noted.end());
    std::ranges::sort(core_.maps, {}, &MappedRange::start);
  }

  // What the core lacks of files.
  void take_from_files(const std::vector<Elf64_Phdr>& segments) {
    for (const MappedRange& mapping : core_.maps) {
      if (!mapping.is_file()) continue;
      const auto bytes = file_of(mapping.path, segments);
      if (bytes == nullptr) continue;
      core_.image.add({.start = mapping.start,
                       .bytes = part(bytes->bytes(), mapping.offset, mapping.end - mapping.start),
                       .writable = mapping.writable,
                       .anonymous = false});
      core_.image.keep(bytes);
    }
  }

  // nullptr: it is not there, or another one by now.
  std::shared_ptr<MappedBytes> file_of(const std::string& path,
                                       const std::vector<Elf64_Phdr>& segments) {
    const auto [known, fresh] = files_.try_emplace(path);
    if (!fresh) return known->second;
    auto bytes = open_file_(path);
    if (bytes == nullptr) {
      core_.warnings.push_back(fmt::format("{} cannot be read: {}", path, strerror(errno)));
    } else if (!begins_as(path, bytes->bytes(), segments)) {
      core_.warnings.push_back(fmt::format("{} has changed since, or is another one", path));
      bytes = nullptr;
    }
    return known->second = bytes;
  }

  // The kernel writes the first page of an ELF file into the core; gdb may not, and then nothing
  // tells.
  bool begins_as(const std::string& path, std::span<const std::uint8_t> file,
                 const std::vector<Elf64_Phdr>& segments) const {
    for (const MappedRange& mapping : core_.maps) {
      if (mapping.path != path || mapping.offset != 0) continue;
      const auto segment = std::ranges::find_if(segments, [&](const Elf64_Phdr& s) {
        return s.p_type == PT_LOAD && s.p_vaddr == mapping.start;
      });
      if (segment == segments.end()) continue;
      const auto first = part(bytes_, segment->p_offset, std::min(segment->p_filesz, kPage));
      const auto same = part(file, 0, first.size());
      if (!std::ranges::equal(first, same)) return false;
    }
    return true;
  }

  std::span<const std::uint8_t> bytes_;
  const CoreFile::OpenFile& open_file_;
  CoreNotes notes_;
  CoreFile core_;
  std::map<std::string, std::shared_ptr<MappedBytes>> files_;
};

// The program stands for the file of its name, or else for the first that the core names. If it
// lies below another root as it did below its own, other files are looked for there too.
class FilesWithProgram {
 public:
  explicit FilesWithProgram(const std::string& exe) : exe_(exe) {}

  std::shared_ptr<MappedBytes> open(const std::string& path) {
    const bool first = std::exchange(first_, false);
    if (first && exe_.ends_with(path)) root_ = exe_.substr(0, exe_.size() - path.size());
    if (!exe_.empty() && (first || file_name(path) == file_name(exe_))) {
      if (auto bytes = MappedBytes::of_file(exe_)) return bytes;
    }
    if (!root_.empty()) {
      if (auto bytes = MappedBytes::of_file(root_ + path)) return bytes;
    }
    return MappedBytes::of_file(path);
  }

 private:
  const std::string& exe_;
  std::string root_;
  bool first_ = true;
};

tl::unexpected<Error> unreadable(const std::string& path) {
  return failure(ErrorCode::kUnreadable,
                 fmt::format("{} cannot be read: {}", path, strerror(errno)));
}

}  // namespace

Result<CoreFile> CoreFile::parse(std::span<const std::uint8_t> bytes, const OpenFile& open_file) {
  const auto header = core_header(bytes);
  if (!header) return failure(ErrorCode::kUnreadable, "no core file of a 64-bit x86 process");
  return CoreReader(bytes, open_file).read(*header);
}

Result<CoreFile> CoreFile::open(const std::string& path, const std::string& exe) {
  const auto bytes = MappedBytes::of_file(path);
  if (bytes == nullptr) return unreadable(path);
  if (!exe.empty() && MappedBytes::of_file(exe) == nullptr) return unreadable(exe);
  FilesWithProgram files(exe);
  Result<CoreFile> core =
      parse(bytes->bytes(), [&files](const std::string& file) { return files.open(file); });
  if (!core) return failure(core.error().code, fmt::format("{}: {}", path, core.error().message));
  core->image.keep(bytes);
  struct stat status = {};
  if (stat(path.c_str(), &status) == 0) {
    core->time_ns = static_cast<std::uint64_t>(status.st_mtim.tv_sec) * kNanoseconds +
                    static_cast<std::uint64_t>(status.st_mtim.tv_nsec);
  }
  return core;
}

}  // namespace heapsnap
