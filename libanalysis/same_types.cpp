#include "libanalysis/same_types.h"

#include <map>
#include <tuple>

namespace heapsnap {
namespace {

// What types of two snapshots have in common if they are one. Structures have no address.
using TypeKey = std::tuple<Address, std::string_view, std::string_view>;

TypeKey key_of(const TypeRecord& type, IdentityBasis basis) {
  const Address address = basis == IdentityBasis::kAddress ? type.address : 0;
  return {address, type.module, type.qualname};
}

// The type of each key; kNoType if several have it.
std::map<TypeKey, TypeId> types_by_key(const Graph& graph, IdentityBasis basis) {
  std::map<TypeKey, TypeId> types;
  for (TypeId id = kNoType + 1; id < graph.type_count(); ++id) {
    const auto [at, is_new] = types.try_emplace(key_of(graph.type(id), basis), id);
    if (!is_new) at->second = kNoType;
  }
  return types;
}

}  // namespace

std::vector<TypeId> same_types(const Graph& from, const Graph& to, IdentityBasis basis) {
  const auto of_from = types_by_key(from, basis);
  const auto of_to = types_by_key(to, basis);
  std::vector<TypeId> same(from.type_count(), kNoType);
  for (const auto& [key, id] : of_from) {
    const auto at = of_to.find(key);
    if (id != kNoType && at != of_to.end()) same[id] = at->second;
  }
  return same;
}

}  // namespace heapsnap
