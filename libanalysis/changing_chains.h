// Chains whose head is of one class in one snapshot and of another in the next: layers that are put
// around what is there, in classes that take turns.
//
//     for (const Holder& chain : changing_chains(growth, 0, 4)) ...
//     chain.path                       // app.server.wsgi(.inner)*
//
// Steps are told apart by their types (path_growth.h), so that such a chain is at another step each
// time, and new there. Here its links are counted by the label of the head, whatever its type. Only
// chains of one head in each snapshot are: what several have grows with their number. The type is
// chosen as that of other chains (holders.h), so that no turn decides; the path is the first of its
// links'. O(paths).
#pragma once

#include <cstddef>
#include <vector>

#include "libanalysis/holders.h"
#include "libanalysis/path_growth.h"

namespace heapsnap {

// In the order of their heads' paths.
std::vector<Holder> changing_chains(const PathGrowth& growth, std::size_t from, std::size_t to);

}  // namespace heapsnap
