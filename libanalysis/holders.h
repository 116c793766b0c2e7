// What grew between two snapshots, and what holds it: the containers that have more elements or more
// bytes, each growth counted once.
//
//     for (const Holder& holder : find_holders(growth, 0, 1)) ...
//     holder.path                      // app.registry._live[*]
//     holder.type                      // app.Session
//     holder.series.back().count       // 50100, after 100
//
// A path grows where more objects hang and most of them are not explained by more parents: of 50,000
// new sessions with three items each the registry has grown and no session, while a user who was
// there before and whose log is now a million lines long is a holder, if just one user came. What is
// new belongs to the outermost path that has grown, with all that hangs below it. So holders are
// disjoint, their growth and that of the rest add up to the whole, and a large one hides no small one.
//
// What grows is
// - elements: items, keys, the links of a chain, what C code holds, garbage; the path ends with
//   them;
// - names: at least kManyNames new attributes of one owner, as setattr() in a loop makes; `.*`;
// - something new: an attribute that was not there. The path goes on from it for as long as one
//   thing below it has kMost of the bytes and is not many: to the table, not to its owner;
// - objects in place: a bytearray, a list of numbers that were there before; here bytes and references
//   grow, and the number of references stands for that of the elements.
// O(paths).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libanalysis/partition.h"
#include "libanalysis/path_growth.h"

namespace heapsnap {

inline constexpr std::size_t kManyNames = 4;
inline constexpr double kMost = 0.8;

enum class Growth { kElements, kNames, kNew, kInPlace };

struct Holder {
  Growth growth = Growth::kElements;
  std::size_t container = 0;       // the step that holds; 0: a root does
  std::size_t elements = 0;        // of elements, the step that has most of the growth; else the container
  std::string path = {};           // of what grew
  std::string type = {};           // of the elements, or of what grew in place or is new
  // By snapshot: the elements, the bytes of these and all below.
  std::vector<Measure> series = {};
  std::int64_t count_growth = 0;  // between the two snapshots
  std::int64_t byte_growth = 0;
  std::vector<std::size_t> steps = {};  // whose growth it is, parents first
};

// The type of links of several types: of those that have at least half as much growth as the one
// with most, the one that reads first. Which has most is a matter of the moment.
std::string main_type_of_chain(const PathGrowth& growth, std::span<const std::size_t> links,
                               std::size_t from, std::size_t to);

// Growth from snapshot `from` to snapshot `to`: the most bytes first, then by path.
std::vector<Holder> find_holders(const PathGrowth& growth, std::size_t from, std::size_t to);

// In the newest snapshot, the object of each holder's container: of several, that with most
// referents, then most bytes, then the lowest address; kNoNode: none is left. O(nodes).
std::vector<NodeId> containers(const Graph& graph, const PathTree& tree, const PathGrowth& growth,
                               const std::vector<Holder>& holders);

}  // namespace heapsnap
