// The texts of --help: written to be learned from, with examples that can be pasted.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace heapsnap {

struct Command;

std::string overview();                                   // heapsnap --help
void describe(CLI::App& app, const Command& command);     // heapsnap COMMAND --help

}  // namespace heapsnap
