// NodeBatch is what the graph needs of one chunk of nodes: a row a record, and the addresses that
// its edges lead to. Batches are made of chunks on several threads, and then put together.
//
// NULLs are gone from the edges; the form of a record says where they were. Weak edges are a list
// of their own. The edge to the type is not among the edges: the form has it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "libanalysis/address_map.h"
#include "libanalysis/array.h"
#include "libanalysis/column.h"
#include "libanalysis/form.h"
#include "libanalysis/ids.h"
#include "libanalysis/values.h"
#include "libsnapshot/node_chunk.h"

namespace heapsnap {

struct NodeBatch {
  explicit NodeBatch(const NodeChunk& chunk);
  NodeBatch(const NodeBatch&) = delete;
  NodeBatch& operator=(const NodeBatch&) = delete;

  struct Weak {
    std::uint32_t record;
    std::uint32_t word;
    Address target;
  };
  // Edges of a record that may be no references: `count` from its edge `first`.
  struct Maybe {
    std::uint32_t record;
    std::uint32_t first;
    std::uint32_t count;
  };
  struct Continuation {
    std::uint32_t record;
    std::uint64_t start;
  };
  struct Number {  // of a record, too large or too rare for a column
    std::uint32_t record;
    std::uint64_t number;
  };
  // Once nobody asks for them: columns from `type` on, and the edges.
  void release_columns();
  void release_edges();

  // What the columns are in.
  Array<std::byte> rows_block, columns_block, edges_block;

  // By record. Continuations are records with kIgnoredTag.
  Column<TaggedAddress> address;
  Column<std::uint32_t> degree;  // of `edges`, one record's after the other's
  Column<std::uint8_t> flags;
  Column<std::uint32_t> type;
  Column<std::uint32_t> size;      // WideColumn::kWide: see wide_sizes
  Column<std::uint32_t> refcount;  // likewise
  Column<FormId> form;             // of `forms`; kNoForm: no edges
  Column<ValueHandle> value;       // of `pools`

  Column<Address> edges;
  FormTable forms;

  std::vector<Weak> weak;
  std::vector<Maybe> maybe;
  std::vector<Continuation> continuations;
  std::vector<Number> wide_sizes;
  std::vector<Number> wide_refcounts;
  std::vector<Number> external;
  ValuePools pools;
};

}  // namespace heapsnap
