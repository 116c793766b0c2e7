#include "apps/heapsnap/commands.h"

#include <algorithm>
#include <vector>

#include "apps/heapsnap/commands/all.h"

namespace heapsnap {
namespace {

// In the order of the help.
const std::vector<Command> kCommands = {
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(kCommands, name, &Command::name);
  return found == kCommands.end() ? nullptr : &*found;
}

}  // namespace heapsnap
