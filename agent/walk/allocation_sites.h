// AllocationSites asks the host where each object was allocated, and writes the answers: chunks
// of sites and allocations, and facts that say how many there are and why not more.
//
//     emitter.flush();                                  // all else
//     AllocationSites<Memory>(walk, output).write();
//
// It comes last because answering runs code of the target's, which may fault or wait for ever: the
// host's guard then ends the asking, and nothing but the answers is missing. Memory is its own, so
// that running out of it costs nothing else either. Objects come in the order of their addresses,
// but for the order of the bitmap's pages.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/address_ids.h"
#include "agent/walk/arena.h"
#include "agent/walk/chunk_output.h"
#include "agent/walk/dict_reader.h"
#include "agent/walk/walk_state.h"

namespace heapsnap {

template <class Memory>
class AllocationSites {
 public:
  AllocationSites(Walk<Memory>& walk, ChunkOutput& output)
      : walk_(walk),
        source_(walk.options.sites),
        output_(output),
        arena_(nullptr, 0, kMostMemory),
        files_(arena_),
        sites_(arena_) {}

  void write() {
    const char* missing = source_.missing;
    if (source_.begin != nullptr) missing = ask();
    Emitter& emitter = walk_.emitter;
    if (asked_ != 0) {
      emitter.fact("allocations", found_);
      emitter.fact("allocations_asked", asked_);
    }
    if (missing != nullptr) emitter.fact("allocations_missing", missing);
  }

 private:
  static constexpr std::size_t kMostMemory = std::size_t{256} << 20;
  static constexpr std::size_t kChunk = std::size_t{64} << 10;
  static constexpr std::size_t kMaxFile = 4096;  // bytes of a file's name
  static constexpr std::uint64_t kClockEvery = 256;

  // Returns why not all objects have been asked for, or nullptr.
  const char* ask() {
    bool ready = false;
    const char* refused = nullptr;
    const bool answered = walk_.guarded([&] { refused = begin(ready); });
    if (!answered) return reason();
    if (!ready) return refused;
    Chunk sites(output_, ChunkKind::kSites, arena_.allocate(kChunk), kChunk);
    Chunk allocations(output_, ChunkKind::kAllocations, arena_.allocate(kChunk), kChunk);
    if (arena_.failed()) return "there was no memory for them";
    const char* const missing = ask_each(sites, allocations);
    sites.flush();
    allocations.flush();
    return missing;
  }

  const char* begin(bool& ready) {
    walk_.got_on(0);
    const char* const refused = source_.begin();
    ready = refused == nullptr;
    return refused;
  }

  const char* ask_each(Chunk& sites, Chunk& allocations) {
    const std::uint64_t start = sys::monotonic_ns();
    PagedBitmap::Cursor cursor(walk_.emitter.seen);
    const char* missing = nullptr;
    const auto body = [&] {
      for (Address object = cursor.next(); object != 0; object = cursor.next()) {
        Address block = 0;
        if (!is_block(object, block)) continue;
        missing = ask_one(object, block, sites, allocations);
        const bool look = asked_ % kClockEvery == 0;
        if (missing == nullptr && look && sys::monotonic_ns() - start > source_.patience_ns) {
          missing = "asking took too long";
        }
        if (missing != nullptr) return;
      }
    };
    while (!walk_.guarded(body)) {
      if (asking_) return reason();
      // An object that cannot be read; the walk has recorded that.
    }
    return missing;
  }

  // What a mark stands for is an object if its type is one of those that were written. Static
  // objects may lie in the upper half of a granule: they are not found, and were never allocated.
  bool is_block(Address object, Address& block) {
    walk_.got_on(object);
    const Header header = walk_.header(object);
    const TypeEntry* const type = header.dead ? nullptr : walk_.types.find(header.type);
    if (type == nullptr) return false;
    block = object - type->pre_header;
    return true;
  }

  const char* ask_one(Address object, Address block, Chunk& sites, Chunk& allocations) {
    AllocationSite site;
    asking_ = true;
    const SiteAnswer answer = source_.ask(block, site);
    asking_ = false;
    if (answer == SiteAnswer::kFailed) return "the answers ran out of memory";
    ++asked_;
    if (answer == SiteAnswer::kUnknown) return nullptr;
    const std::uint64_t id = site_id(site, sites);
    if (id == 0) return "there was no memory for them";
    std::uint8_t* const out = allocations.reserve(2 * kMaxVarint);
    allocations.commit(put_varint(put_near(out, object, allocations.previous), id));
    ++found_;
    return nullptr;
  }

  // 0 without memory.
  std::uint64_t site_id(const AllocationSite& site, Chunk& sites) {
    const Text name = text_of_str(walk_, site.file);
    bool fresh = false;
    // By what it says: where that is may be another str for each answer. The lowest bit: it is not 0.
    const std::uint64_t file = files_.id_of(walk_.text.keyed_hash(name) | 1, fresh);
    if (file == 0) return 0;
    const std::uint64_t id = sites_.id_of(file << 32 | site.line, fresh);
    if (!fresh) return id;
    std::uint8_t* out = sites.reserve(2 * kMaxVarint + 2 + kMaxFile);
    out = put_varint(put_varint(out, id), site.line);
    sites.commit(put_name(out, name, kMaxFile));
    return id;
  }

  const char* reason() const {
    const auto reason = static_cast<FaultReason>(static_cast<std::uint32_t>(walk_.recovery.reason));
    return reason == FaultReason::kNoProgress ? "asking for them did not end"
                                              : "asking for them failed";
  }

  Walk<Memory>& walk_;
  const SiteSource& source_;
  ChunkOutput& output_;
  Arena arena_;
  AddressIds files_;  // hashes of their names
  AddressIds sites_;  // a file's number, and a line
  std::uint64_t asked_ = 0;
  std::uint64_t found_ = 0;
  bool asking_ = false;
};

}  // namespace heapsnap
