// GraphArrays is what a Graph is made of: filled by the GraphBuilder, read through Graph.
//
// The arrays hold ids and counts and no pointers. At 1.5 edges a node they take about 45 bytes
// a node.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "libanalysis/address_map.h"
#include "libanalysis/array.h"
#include "libanalysis/form.h"
#include "libanalysis/ids.h"
#include "libanalysis/values.h"
#include "libanalysis/wide_column.h"
#include "libsnapshot/records.h"

namespace heapsnap {

// A reference that keeps nothing alive.
struct WeakEdge {
  NodeId source = kNoNode;
  NodeId target = kNoNode;
  std::uint32_t word = 0;  // byte offset in the source / 8
};

struct ExternalBytes {
  NodeId node = kNoNode;
  std::uint64_t bytes = 0;
};

struct RootEdge {
  RootKind kind = RootKind::kUnreachable;
  NodeId target = kNoNode;
  std::uint32_t label = 0;  // index of its text, 0: none
};

struct SourceLine {
  std::string file = {};
  std::uint32_t line = 0;  // 0: unknown
};

// Who wrote the snapshot, of which process, and what the process said of its memory.
struct Provenance {
  std::map<std::string, Fact> facts;          // by key
  std::map<std::string, std::string> memory;  // by name: maps, smaps, smaps_rollup, statm, status
  std::vector<FaultRecord> faults;
  std::vector<DistributionRecord> distributions;

  std::string_view text(const std::string& key) const;  // empty: no such fact
  std::uint64_t number(const std::string& key, std::uint64_t otherwise = 0) const;
};

struct Structures {
  std::vector<InterpreterRecord> interpreters;  // as recorded
  std::vector<ThreadRecord> threads;            // likewise
  std::vector<FrameRecord> frames;              // by owner, and for one owner from the innermost
};

// What is missing or wrong in the snapshot. All zero and complete: nothing.
struct Damage {
  bool complete = true;
  std::string reason;                 // why it is not
  std::uint64_t dangling = 0;         // edges to no node; dropped
  std::uint64_t maybe_dropped = 0;    // words that may have been references; dropped
  std::uint64_t size_overridden = 0;  // objects with a Python-level __sizeof__
  std::uint64_t size_estimated = 0;   // objects of C types with an unlisted __sizeof__
  std::uint64_t unread = 0;           // objects whose references could not all be read
  std::uint64_t unknown_type = 0;     // nodes whose type record is missing
  std::uint64_t rejected = 0;         // records that contradict others; dropped
  std::uint64_t dangling_roots = 0;   // root records whose target is no node; dropped
  std::uint64_t dangling_sites = 0;   // allocation records of no node or site, or a second one
};

struct GraphArrays {
  NodeId container_count = 0;
  NodeId node_count = 0;

  // By node.
  AddressMap addresses;
  Array<Address> address;
  Array<TypeId> type;
  WideColumn size;
  WideColumn refcount;
  Array<std::uint8_t> flags;
  Array<ValueHandle> values;
  ValuePools value_pools;
  std::vector<ExternalBytes> external;  // by node, sorted
  std::vector<SourceLine> sites;        // by SiteId, each once; empty: the snapshot has none
  Array<SiteId> site;                   // by node, if there are any
  std::vector<NodeId> structures;       // nodes that are no objects, but for the virtual root

  // By container: its edges are referents[referents_begin[id]] up to that of id + 1.
  Array<std::uint32_t> referents_begin;
  Array<NodeId> referents;
  Array<FormId> form;
  FormTable forms;
  // By node, likewise.
  Array<std::uint32_t> referrers_begin;
  Array<NodeId> referrers;

  std::vector<WeakEdge> weak;                 // by source, then word
  std::vector<std::uint32_t> weak_by_target;  // indices of `weak`

  std::vector<RootEdge> roots;
  std::vector<NodeId> root_targets;      // of `roots`
  std::vector<std::string> root_labels;  // the first is empty
  std::vector<TypeRecord> types;         // by TypeId
  std::vector<KeysRecord> keys;          // by id

  Provenance provenance;
  Structures recorded_structures;
  Damage damage;
};

}  // namespace heapsnap
