#include "apps/heapsnap/commands.h"

#include <algorithm>

#include "apps/heapsnap/commands/all.h"

namespace heapsnap {
namespace {

constexpr std::string_view kCapture = "Capture";

// In the order of the help. A line each: name, group, summary, examples, what it puts out, its
// options, what it does.
constexpr Command kCommands[] = {
    {"run", kCapture, "start a program and take snapshots of it",
     "  heapsnap run app.py --port 80                    a snapshot when it ends\n"
     "  heapsnap run -o app.%n.hsnap --every 1m app.py   and one every minute\n"
     "  heapsnap run --on-signal USR2 -- python -m app   one for each kill -USR2",
     Puts::kSnapshots, take_run, run},
    {"startup", kCapture, "what to put into PYTHONSTARTUP, and how to preload scripts",
     "  export PYTHONSTARTUP=$(heapsnap startup | head -1)", Puts::kText, take_startup, startup},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(kCommands, name, &Command::name);
  return found == std::end(kCommands) ? nullptr : &*found;
}

}  // namespace heapsnap
