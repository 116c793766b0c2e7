// Reads whatever it is given as the index of one small snapshot, and asks what it yields all that
// analyses ask: as it is, as changes of the right index (an offset and a byte each), and both with
// their checksums put right, since no mutation gets past those.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "libanalysis/graph_index.h"
#include "tests/support/indexed_heap.h"

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

void read(SnapshotReader& snapshot, const Bytes& index) {
  const int fd = ::memfd_create("index", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, index.data(), index.size()) != static_cast<ssize_t>(index.size())) {
    __builtin_trap();
  }
  const Result<Heap> heap = read_index("/proc/self/fd/" + std::to_string(fd), snapshot, 1);
  ::close(fd);
  if (heap) everything_of(*heap);
}

void read_both(SnapshotReader& snapshot, Bytes index) {
  read(snapshot, index);
  put_index_checksums_right(index);
  read(snapshot, index);
}

Bytes changed(Bytes index, const std::uint8_t* data, std::size_t size) {
  for (; size >= 3; size -= 3, data += 3) {
    index[(data[0] | data[1] << 8) % index.size()] = data[2];
  }
  return index;
}

}  // namespace
}  // namespace heapsnap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using heapsnap::SnapshotBytes, heapsnap::SnapshotReader;
  static SnapshotReader snapshot =
      SnapshotReader::open(SnapshotBytes::copy(heapsnap::varied_snapshot()).value()).value();
  static const heapsnap::Bytes index = heapsnap::index_of(snapshot);
  heapsnap::read_both(snapshot, {data, data + size});
  heapsnap::read_both(snapshot, heapsnap::changed(index, data, size));
  return 0;
}
