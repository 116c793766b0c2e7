// NodeBatch is what the graph needs of one chunk of nodes: a row a record, and the addresses that
// its edges lead to. Batches are made of chunks on several threads, and then put together.
//
// NULLs are gone from the edges; the form of a record says where they were. Weak edges are a list
// of their own. The edge to the type is not among the edges: the form has it.
#pragma once

#include <cstdint>
#include <vector>

#include "libanalysis/address_map.h"
#include "libanalysis/form.h"
#include "libanalysis/ids.h"
#include "libanalysis/values.h"
#include "libsnapshot/node_chunk.h"

namespace heapsnap {

struct NodeBatch {
  explicit NodeBatch(const NodeChunk& chunk);

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
  struct ValueOf {
    std::uint32_t record;
    ValueHandle value;
  };

  // By record. Continuations are records with kIgnoredTag.
  std::vector<TaggedAddress> address;
  std::vector<std::uint32_t> type;
  std::vector<std::uint32_t> size;      // WideColumn::kWide: see wide_sizes
  std::vector<std::uint32_t> refcount;  // likewise
  std::vector<std::uint8_t> flags;
  std::vector<FormId> form;           // of `forms`; kNoForm: no edges
  std::vector<std::uint32_t> degree;  // of `edges`, one record's after the other's

  std::vector<Address> edges;
  FormTable forms;

  std::vector<Weak> weak;
  std::vector<Maybe> maybe;
  std::vector<Continuation> continuations;
  std::vector<Number> wide_sizes;
  std::vector<Number> wide_refcounts;
  std::vector<Number> external;
  std::vector<ValueOf> values;
  ValuePools pools;
};

}  // namespace heapsnap
