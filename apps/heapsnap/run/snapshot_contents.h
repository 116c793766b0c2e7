// SnapshotContents is what a receiver has to know of a snapshot that it passes on: its facts, how many
// objects of how many bytes it holds, and the files of the program's modules, by which installed
// packages are found. Chunks are shown to it one by one; memory is bounded.
//
// Whoever decodes a chunk finds out whether it is damaged, so a snapshot that comes by whole here
// can be read later.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "libsnapshot/format.h"
#include "libsnapshot/node_chunk.h"
#include "libsnapshot/node_decoder.h"
#include "libsnapshot/padded_bytes.h"
#include "libsnapshot/records.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class SnapshotContents {
 public:
  // `offset` is the chunk's, for messages.
  Result<void> see(ChunkKind kind, const PaddedBytes& payload, std::uint64_t offset);

  // The fact's value, of those seen so far; empty or 0 if there is none.
  std::string text(const std::string& fact) const;
  std::uint64_t number(const std::string& fact) const;

  std::uint64_t objects() const { return objects_; }
  std::uint64_t shallow() const { return shallow_; }  // bytes
  const std::set<std::string>& module_files() const { return files_; }

 private:
  Result<void> see_facts(const PaddedBytes& payload, std::uint64_t offset);
  Result<void> see_nodes(const PaddedBytes& payload, std::uint64_t offset);
  Result<void> see_texts(const PaddedBytes& payload, std::uint64_t offset);
  void see_text(std::string_view text);

  std::map<std::string, Fact> facts_;
  std::uint64_t objects_ = 0;
  std::uint64_t shallow_ = 0;
  std::set<std::string> files_;
  NodeChunk chunk_;
  NodeDecoder decoder_;
};

}  // namespace heapsnap
