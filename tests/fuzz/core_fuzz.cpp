// Reads whatever it is given as a core file: as it is, and as changes of a right one (an offset of
// two bytes, and a byte). What is read of it is then read through, byte for byte.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "agent/image/core_file.h"
#include "tests/support/core_bytes.h"

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::shared_ptr<MappedBytes> some_file(const std::string& path) {
  return path.empty() ? nullptr : MappedBytes::of_zeros(3 * 4096);
}

void read(const Bytes& bytes) {
  const Result<CoreFile> core = CoreFile::parse(bytes, some_file);
  if (!core) return;
  volatile std::uint64_t sum = core->pid + core->arguments.size();
  Address last = 0;
  for (const ImagePiece& piece : core->image.pieces()) {
    if (piece.start < last) __builtin_trap();
    last = piece.start + piece.bytes.size();
    for (const std::uint8_t byte : piece.bytes) sum = sum + byte;
    if (core->image.find(piece.start) != &piece) __builtin_trap();
  }
}

Bytes changed(Bytes bytes, const std::uint8_t* data, std::size_t size) {
  for (; size >= 3; size -= 3, data += 3) {
    bytes[(data[0] | data[1] << 8) % bytes.size()] = data[2];
  }
  return bytes;
}

}  // namespace
}  // namespace heapsnap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using heapsnap::Bytes;
  static const Bytes core = heapsnap::core_bytes(
      {{.start = 0x10000, .bytes = Bytes(64, 1), .size = 8192, .writable = false, .path = "/a"},
       {.start = 0x12000, .bytes = Bytes(64, 2), .path = "/a", .offset = 8192},
       {.start = 0x20000, .bytes = Bytes(256, 3)}},
      4711, "python app.py");
  heapsnap::read({data, data + size});
  heapsnap::read(heapsnap::changed(core, data, size));
  return 0;
}
