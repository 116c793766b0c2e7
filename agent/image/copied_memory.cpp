#include "agent/image/copied_memory.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "agent/image/mapped_bytes.h"

namespace heapsnap {
namespace {

constexpr Address kPage = 4096;
constexpr std::uint64_t kMostMapping = std::uint64_t{1} << 40;  // larger: reserved, not used
constexpr std::size_t kMostAtOnce = std::size_t{64} << 20;      // between two looks at the clock

// Which pages of a process there are, if the kernel tells.
class Pages {
 public:
  explicit Pages(pid_t pid)
      : file_(open(fmt::format("/proc/{}/pagemap", pid).c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Pages() {
    if (file_ >= 0) close(file_);
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  // Calls visit(start, end) with each run of pages that are there, as long as goes_on(). The kernel
  // tells of a terabyte in 2 GiB, also if nothing is there.
  template <class Visit, class GoesOn>
  void for_each_run(Address start, Address end, Visit&& visit, GoesOn&& goes_on) const {
    constexpr std::size_t kPiece = 8192;
    constexpr std::uint64_t kThere = std::uint64_t{3} << 62;  // in memory, or in swap
    std::vector<std::uint64_t> entries(kPiece);
    Address run = 0;
    for (Address at = start; at < end && goes_on(); at += kPiece * kPage) {
      const std::size_t count = std::min<std::uint64_t>(kPiece, (end - at) / kPage);
      const auto size = static_cast<ssize_t>(count * 8);
      if (pread(file_, entries.data(), count * 8, static_cast<off_t>(at / kPage * 8)) != size) {
        std::ranges::fill(entries, kThere);
      }
      for (std::size_t i = 0; i < count; ++i) {
        const Address page = at + i * kPage;
        const bool there = (entries[i] & kThere) != 0;
        if (there && run == 0) run = page;
        if (there || run == 0) continue;
        visit(run, page);
        run = 0;
      }
    }
    if (run != 0) visit(run, end);
  }

 private:
  int file_;
};

class Copy {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  Copy(pid_t pid, Deadline deadline, MemoryImage& image)
      : pid_(pid), deadline_(deadline), image_(image), pages_(pid) {}

  bool late() const { return late_; }  // then it is not whole

  // To `to`, which is zero so far.
  void take(const MappedRange& mapping, std::uint8_t* to) {
    mapping_ = &mapping;
    to_ = to;
    begin_ = mapping.start;
    if (mapping.is_file()) {
      read(mapping.start, mapping.end);
    } else {
      pages_.for_each_run(
          mapping.start, mapping.end, [this](Address start, Address end) { read(start, end); },
          [this] { return is_in_time(); });
    }
    end_piece(mapping.end);
  }

 private:
  bool is_in_time() {
    late_ = late_ || std::chrono::steady_clock::now() >= deadline_;
    return !late_;
  }

  void read(Address start, Address end) {
    while (start < end && is_in_time()) {
      const std::size_t size = std::min<std::uint64_t>(end - start, kMostAtOnce);
      const iovec local{to_ + (start - mapping_->start), size};
      const iovec remote{reinterpret_cast<void*>(start), size};
      const ssize_t done = process_vm_readv(pid_, &local, 1, &remote, 1, 0);
      if (done > 0) {
        start += static_cast<std::size_t>(done);
        continue;
      }
      start &= ~(kPage - 1);
      end_piece(start);  // a page that cannot be read
      start += kPage;
      begin_ = start;
    }
  }

  void end_piece(Address end) {
    if (begin_ >= end) return;
    image_.add({.start = begin_,
                .bytes = {to_ + (begin_ - mapping_->start), end - begin_},
                .writable = mapping_->writable,
                .anonymous = !mapping_->is_file()});
  }

  pid_t pid_;
  Deadline deadline_;
  bool late_ = false;
  MemoryImage& image_;
  Pages pages_;
  const MappedRange* mapping_ = nullptr;
  std::uint8_t* to_ = nullptr;
  Address begin_ = 0;  // of the piece that is being read
};

std::vector<const MappedRange*> wanted(const std::vector<MappedRange>& maps, CopiedPart part) {
  std::set<std::string_view> programs;
  for (const MappedRange& mapping : maps) {
    if (mapping.executable && mapping.is_file()) programs.insert(mapping.path);
  }
  std::vector<const MappedRange*> result;
  for (const MappedRange& mapping : maps) {
    const bool fits = mapping.readable && !mapping.shared &&
                      mapping.writable == (part == CopiedPart::kWritable) &&
                      mapping.end - mapping.start < kMostMapping;
    const bool special = mapping.path.starts_with("[v");  // [vvar], [vdso], [vsyscall]
    if (!fits || special) continue;
    if (mapping.is_file() ? programs.contains(mapping.path) : mapping.writable) {
      result.push_back(&mapping);
    }
  }
  return result;
}

}  // namespace

Result<void> copy_memory(pid_t pid, const std::vector<MappedRange>& maps, CopiedPart part,
                         std::chrono::steady_clock::time_point deadline, MemoryImage& image) {
  const std::vector<const MappedRange*> mappings = wanted(maps, part);
  std::size_t size = 0;
  for (const MappedRange* const mapping : mappings) size += mapping->end - mapping->start;
  const std::shared_ptr<MappedBytes> memory = MappedBytes::of_zeros(size);
  if (memory == nullptr) {
    return failure(ErrorCode::kCapture,
                   fmt::format("no memory for a copy of process {}: {}", pid, strerror(errno)));
  }
  Copy copy(pid, deadline, image);
  std::uint8_t* to = memory->data();
  for (const MappedRange* const mapping : mappings) {
    copy.take(*mapping, to);
    if (copy.late()) {
      return failure(ErrorCode::kCapture,
                     fmt::format("copying the memory of process {} took too long, and it was let "
                                 "go: give a longer --timeout",
                                 pid));
    }
    to += mapping->end - mapping->start;
  }
  image.keep(memory);
  return {};
}

}  // namespace heapsnap
