// NodeBuilder gathers the parts of one node, in the order of their numbers, and writes its
// records: one, or several if it has more edges than fit into one.
//
//     node.begin(address, type, size, refcount, flags);
//     node.word(offset_of_closure, closure);      // any number, in any order, NULLs too
//     node.weak(offset_of_referent, referent);    // after the words
//     node.open(Part::kItems);                    // then counted parts, each number above the last
//     for (...) node.add(item);
//     node.finish();
//
// abandon() drops what was gathered since begin(); what is already written stays. The `relief`
// is called after each full record of a large node, so that its targets need not pile up.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/walk/emitter.h"
#include "libsnapshot/node_record.h"

namespace heapsnap {

class NodeBuilder {
 public:
  using Relief = void (*)(void* context);

  NodeBuilder(Emitter& emitter, Relief relief, void* context);

  void begin(Address address, std::uint32_t type, std::uint64_t size, std::uint64_t refcount,
             std::uint32_t flags);
  void word(std::int64_t byte_offset, Address target) {
    word_at(static_cast<std::uint16_t>(byte_offset / 8), target);
  }
  void word_at(std::uint16_t word, Address target);
  void weak(std::int64_t byte_offset, Address target);

  void open(Part part);
  void open_values(std::uint64_t keys) {
    record_.keys = keys;
    open(Part::kValues);
  }
  // Also Part::kLocals: `code` only names the positions.
  void open_locals(Address code);
  void add(Address target) {
    if (edges_used_ == kMaxRecordEdges) overflow();
    edges_[edges_used_++] = target;
    ++record_.counts[part_];
  }
  void add_pair(Address key, Address value) {
    if (edges_used_ >= kMaxRecordEdges - 1) overflow();
    edges_[edges_used_++] = key;
    edges_[edges_used_++] = value;
    ++record_.counts[part_];
  }
  std::size_t count() const { return record_.counts[part_] + written_; }

  void value(const std::uint8_t* bytes, std::size_t size);  // stays there until finish()
  void external(std::uint64_t bytes);
  void finish();
  void abandon();
  void mark_unread() { record_.flags |= kUnread; }

  const NodeRecord& record() const { return record_; }
  bool wrote_some() const { return wrote_some_; }  // since begin()

 private:
  static constexpr std::size_t kMaxWords = 1024;

  void overflow();
  void place_weak();
  void write();

  Emitter& emitter_;
  Relief relief_;
  void* context_;
  NodeRecord record_;
  Address* edges_;
  std::uint16_t* offsets_;
  Address* weak_edges_;
  std::uint16_t* weak_offsets_;
  std::size_t edges_used_ = 0;
  std::size_t weak_used_ = 0;
  std::size_t part_ = 0;     // open
  std::uint64_t written_ = 0;  // edges of the open part in records before
  Address code_ = 0;
  bool wrote_some_ = false;
};

}  // namespace heapsnap
