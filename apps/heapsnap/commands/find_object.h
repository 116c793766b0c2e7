// The object that a command line names by its address.
#pragma once

#include <string>
#include <string_view>

#include "libanalysis/graph.h"
#include "libanalysis/ids.h"
#include "libsnapshot/result.h"

namespace heapsnap {

// @0x7f21a0c3d40, or without the @. Fails with kUsage.
Result<Address> parse_address(std::string_view text);

// Fails with kUsage if no node starts there; the file is for the message.
Result<NodeId> find_object(const Graph& graph, Address address, const std::string& file);

}  // namespace heapsnap
