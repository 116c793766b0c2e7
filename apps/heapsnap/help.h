// The texts of --help: written to be learned from, with examples that can be pasted.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace heapsnap {

struct Command;

std::string overview();  // heapsnap --help

// Gives a command's app its form of help; the text itself, once its options are declared.
void describe(CLI::App& app, const Command& command);
std::string help_of(const CLI::App& app);

}  // namespace heapsnap
