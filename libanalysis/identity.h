// Which objects of two snapshots are the same: they survived, the others are new or gone.
//
//     const Identity same = identify(older.graph(), newer.graph());
//     same.newer[id]        // by node of the older one: itself in the newer; kNoNode: it is gone
//
// In one process objects are recognised by address and type, and by evidence that the address was
// not used again (survival.h); in two processes by what leads to them (same_structure.h). A pair is always of one type. Swapping the snapshots swaps the two
// arrays.
#pragma once

#include "libanalysis/array.h"
#include "libanalysis/graph.h"
#include "libanalysis/ids.h"
#include "libanalysis/node_set.h"

namespace heapsnap {

// What objects are recognised by.
enum class IdentityBasis {
  kAddress,    // one process at two moments: nothing moves
  kStructure,  // two processes of one program: names of types, and labels of references
  kNames,      // two programs, or two versions of Python: not one by one, but kinds by name
};

struct Identity {
  IdentityBasis basis = IdentityBasis::kAddress;
  Array<NodeId> newer;  // by older node
  Array<NodeId> older;  // by newer node
  NodeSet uncertain;    // newer nodes with an older one, though nothing tells whether they are one
};

// Of different programs if the file names of argv differ, of different Pythons if the minor
// versions do; of one process if pid, host, start (within a second) and the key of its text hashes are the same.
IdentityBasis basis_of(const Graph& older, const Graph& newer);

// Whether a process of the one and one of the other run one program on one Python, as basis_of.
bool is_one_program(const Provenance& a, const Provenance& b);
bool is_one_python(const Provenance& a, const Provenance& b);

// O(V + E). 0 threads: as many as the machine has.
Identity identify(const Graph& older, const Graph& newer, unsigned threads = 0);
Identity identify(const Graph& older, const Graph& newer, IdentityBasis basis, unsigned threads);

// What became of the nodes of the first snapshot in the third.
Identity followed(const Identity& first, const Identity& second);

}  // namespace heapsnap
