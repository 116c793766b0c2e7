#include <algorithm>

#include <fmt/format.h>

#include "libanalysis/construction.h"

namespace heapsnap {
namespace {

TypeRecord structure(std::uint32_t id, const char* name) {
  return {.id = id, .layout = TypeLayout::kStructure, .qualname = name};
}

// What a snapshot must tell of structures; those it does not tell are added.
const TypeRecord kStructures[] = {structure(kInterpreterType, "<interpreter>"),
                                  structure(kThreadType, "<thread>"),
                                  structure(kFrameType, "<frame>")};

// Of ids that are dense, but for those of a damaged file that are missing.
bool is_plausible(std::uint32_t id, std::size_t count) { return id != 0 && id <= 4 * count + 4096; }

}  // namespace

Result<void> contradiction(Construction& c, const std::string& message) {
  if (!c.lenient) {
    return failure(ErrorCode::kUnreadable,
                   "damaged snapshot: " + message + "; --partial uses what is whole of it");
  }
  ++c.graph.damage.rejected;
  return {};
}

Result<void> number_types(Construction& c) {
  std::vector<TypeRecord>& types = c.graph.types;
  types.push_back(structure(0, "<root>"));
  std::ranges::stable_sort(c.types, {}, &TypeRecord::id);
  for (TypeRecord& type : c.types) {
    const bool again = types.size() > 1 && types.back().id == type.id;
    if (again || !is_plausible(type.id, c.types.size())) {
      auto done =
          contradiction(c, fmt::format("type {} is recorded twice or out of range", type.id));
      if (!done) return done;
      continue;
    }
    // Of several fields at one word the first is the one that counts.
    std::ranges::stable_sort(type.fields, {}, &FieldRecord::word);
    types.push_back(std::move(type));
  }
  c.type_ids.resize(std::max(types.back().id, kFrameType) + std::size_t{1});
  for (TypeId id = 1; id < types.size(); ++id) c.type_ids[types[id].id] = id;
  for (const TypeRecord& structure : kStructures) {
    if (c.type_ids[structure.id] != kNoType) continue;
    c.type_ids[structure.id] = static_cast<TypeId>(types.size());
    types.push_back(structure);
  }
  c.unknown_type = static_cast<TypeId>(types.size());
  types.push_back({.qualname = "<unknown type>"});
  return {};
}

Result<void> sort_keys(Construction& c) {
  std::ranges::stable_sort(c.keys, {}, &KeysRecord::id);
  for (KeysRecord& keys : c.keys) {
    if (!c.graph.keys.empty() && c.graph.keys.back().id == keys.id) {
      auto done = contradiction(c, fmt::format("key table {} is recorded twice", keys.id));
      if (!done) return done;
      continue;
    }
    c.graph.keys.push_back(std::move(keys));
  }
  return {};
}

}  // namespace heapsnap
