// EmitterFixture is an Emitter that writes into a file of its own, with the memory it needs.
#pragma once

#include <cstdint>
#include <vector>

#include "agent/walk/emitter.h"
#include "tests/support/stream_file.h"

namespace heapsnap {

struct EmitterFixture {
  StreamFile file = {};
  std::vector<std::uint8_t> memory = std::vector<std::uint8_t>(std::size_t{4} << 20);
  Arena arena{memory.data(), memory.size()};
  Recovery recovery;
  ChunkOutput output{file.descriptor(), recovery};
  Emitter emitter{arena, output};

  std::vector<NodeCopy> nodes() {
    emitter.flush();
    return file.nodes();
  }
};

}  // namespace heapsnap
