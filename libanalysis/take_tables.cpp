#include <algorithm>
#include <tuple>
#include <utility>

#include "libanalysis/construction.h"

namespace heapsnap {

void take_tables(Construction& c, const SnapshotReader& snapshot) {
  const SnapshotTables& tables = snapshot.tables();
  c.types = tables.types;
  c.keys = tables.keys;
  c.roots = tables.roots;
  c.graph.recorded_structures = {tables.interpreters, tables.threads, tables.frames};
  std::ranges::stable_sort(c.graph.recorded_structures.frames, {}, [](const FrameRecord& frame) {
    return std::pair(frame.owner, frame.depth);
  });
  Provenance& provenance = c.graph.provenance;
  for (const Fact& fact : tables.facts) provenance.facts[fact.key] = fact;
  for (const MemoryRecord& memory : tables.memory) provenance.memory[memory.name] = memory.text;
  provenance.faults = tables.faults;
  provenance.distributions = tables.distributions;

  Damage& damage = c.graph.damage;
  damage.complete = snapshot.is_complete();
  if (damage.complete) return;
  if (snapshot.is_cut_off()) damage.reason = "the file is cut off";
  if (!snapshot.problems().empty()) damage.reason = snapshot.problems().front().message;
  if (damage.reason.empty()) damage.reason = provenance.text("incomplete_reason");
}

}  // namespace heapsnap
