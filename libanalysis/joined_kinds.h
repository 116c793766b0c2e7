// The kinds of two classifications, one of each of two snapshots, joined by their names.
//
//     JoinedKinds kinds = join(std::move(classes_a), std::move(classes_b), nodes_a, nodes_b);
//     kinds.older.kind_of(id) == kinds.newer.kind_of(other)     // of one row
//
// A kind of the result is a row of a difference, of either snapshot or both. Its selector yields
// the row's objects in the snapshot whose classification is asked.
//
// Two types of one name print with their addresses, which another process does not have, nor this
// one once one of them is gone: rows that differ in such addresses alone, and that the other
// snapshot does not have just as well, are one row.
#pragma once

#include <string>
#include <utility>

#include "libanalysis/classifier.h"
#include "libanalysis/ids.h"

namespace heapsnap {

struct JoinedKinds {
  Classification older;
  Classification newer;
};

// Names are made for all kinds that have members.
JoinedKinds join(Classification older, Classification newer, NodeId older_count,
                 NodeId newer_count);

// The name without addresses of types: app.Node for app.Node@0x7f..
std::string without_addresses(const std::string& name);

}  // namespace heapsnap
