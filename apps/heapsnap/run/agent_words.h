// What comes on a connection of an agent's: a snapshot's stream, or one line of text.
#pragma once

#include <string>

namespace heapsnap {

// Whether it is a snapshot's stream, of which nothing is read. Waits for the first byte.
bool brings_snapshot(int connection);

// Up to the end of the line, of what was sent, or of patience with its length.
std::string read_line(int connection);

}  // namespace heapsnap
