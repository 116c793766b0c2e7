// Types whose objects become more in every step, although no one place has more of them each time:
// the nodes of a doubly linked list, which hang at one of its ends or at the other, whichever is
// nearer; records in chunks that are linked; a tree.
//
//     for (const Holder& type : growing_types(growth, 0, 4, explained)) ...
//     type.type                        // app.Node
//     type.path                        // app.cache.head(.next)*, where most of them came
//
// Counted are the objects at all steps that are not `explained`. Builtin types are not looked at:
// some dict or other is made in every step of a program that warms up. It takes more steps than
// with a holder, as many places add up to a growth by chance. O(paths).
#pragma once

#include <cstddef>
#include <vector>

#include "libanalysis/holders.h"
#include "libanalysis/path_growth.h"

namespace heapsnap {

inline constexpr std::size_t kFewestStepsOfTypes = 3;

// What hangs at others is behind these. `explained`: by step of `growth`; no step of the result is.
std::vector<Holder> growing_types(const PathGrowth& growth, std::size_t from, std::size_t to,
                                  const std::vector<bool>& explained);

}  // namespace heapsnap
