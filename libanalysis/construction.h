// A graph under construction: the records of a snapshot on one side, the arrays of the graph on
// the other, and what the steps between them hand on. GraphBuilder runs the steps in the order in
// which they stand here; graph_index.cpp runs those whose results no index holds.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libanalysis/array.h"
#include "libanalysis/graph_arrays.h"
#include "libanalysis/ids.h"
#include "libanalysis/node_batch.h"
#include "libsnapshot/records.h"
#include "libsnapshot/result.h"
#include "libsnapshot/snapshot_reader.h"

namespace heapsnap {

struct Construction {
  unsigned threads = 1;
  bool lenient = false;  // drop and count what contradicts, instead of refusing the file

  // Records, in the order of the file.
  std::vector<std::unique_ptr<NodeBatch>> batches;
  std::vector<TypeRecord> types;
  std::vector<KeysRecord> keys;
  std::vector<TextRecord> texts;
  std::vector<RootRecord> roots;

  GraphArrays graph;

  // From number_types.
  std::vector<TypeId> type_ids;  // by id in the file; kNoType: no such type
  TypeId unknown_type = kNoType;
  // From place_nodes.
  std::vector<std::vector<FormId>> form_ids;  // by batch and form of the batch
  // From plan_rows: where continuations begin in their row; kNoRow: rejected.
  static constexpr std::uint32_t kNoRow = ~std::uint32_t{0};
  std::vector<std::vector<std::uint32_t>> continuation_places;  // by batch and continuation
  // From connect: the places in `referents` of edges that may be none.
  std::vector<std::vector<std::uint32_t>> maybe_places;  // by batch
  // From settle: by node, the edges that count as references to it, those of the first
  // `recorded_roots` roots too but for static types.
  Array<std::uint32_t> references;
  std::size_t recorded_roots = 0;

  TypeId type_id(std::uint32_t id_in_file) const {
    const TypeId id = id_in_file < type_ids.size() ? type_ids[id_in_file] : kNoType;
    return id != kNoType ? id : unknown_type;
  }
};

// An error, or if the construction is lenient, one more rejected record.
[[nodiscard]] Result<void> contradiction(Construction& c, const std::string& message);

// Everything but nodes, texts and sites.
void take_tables(Construction& c, const SnapshotReader& snapshot);
// Types and key tables: dense ids, at most one record each.
[[nodiscard]] Result<void> number_types(Construction& c);
[[nodiscard]] Result<void> sort_keys(Construction& c);
// Ids for all nodes, their columns, and the forms and values of all batches.
[[nodiscard]] Result<void> place_nodes(Construction& c);
// The lengths of all rows; continuations are checked and added to the row they continue.
[[nodiscard]] Result<void> plan_rows(Construction& c);
// Addresses become referents; those of no node become kNoNode.
void connect(Construction& c);
// The roots of the file; then maybe edges are kept or dropped, and what is dropped leaves the rows.
void add_recorded_roots(Construction& c);
void settle(Construction& c);
// Weak edges, external bytes, texts.
void add_rare(Construction& c);
// Where nodes were allocated.
[[nodiscard]] Result<void> add_sites(Construction& c, SnapshotReader& snapshot);
// Roots that only the whole graph can tell: everything is reached from then on.
void derive_roots(Construction& c);
// Referrers from referents.
void transpose(Construction& c);
// Types and nodes that are no objects, and what is known to be inexact.
void take_stock(Construction& c);

}  // namespace heapsnap
