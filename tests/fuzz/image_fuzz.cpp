// Walks the memory of a small Python, damaged by the input: eight bytes for each damage, which say
// what and where. However broken the memory is, the walk ends, and what it wrote can be read.
//
// The memory is copied once, from a process that is started and ended for that.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "agent/image/image_walk.h"
#include "agent/image/process_image.h"
#include "libsnapshot/snapshot_reader.h"

namespace heapsnap {
namespace {

constexpr std::size_t kArena = std::size_t{1} << 30;  // nothing else is given back

constexpr char kProgram[] =
    "import os\n"
    "class Node:\n"
    "  def __init__(self, i): self.i, self.next = i, [self, {i}, {str(i): i}]\n"
    "nodes = [Node(i) for i in range(50)]\n"
    "def generate(): yield nodes\n"
    "generator = generate(); next(generator)\n"
    "os.write(1, b'.')\n"
    "os.read(0, 1)\n";

ProcessImage image_of_python() {
  int ready[2], wait[2];
  if (pipe(ready) != 0 || pipe(wait) != 0) __builtin_trap();
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(wait[0], 0);
    dup2(ready[1], 1);
    execl(HEAPSNAP_PYTHON, "python3", "-I", "-S", "-c", kProgram, nullptr);
    _exit(1);
  }
  char byte = 0;
  if (read(ready[0], &byte, 1) != 1) __builtin_trap();
  Result<ProcessImage> image = image_of_process(pid, std::chrono::seconds(10));
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  if (!image) __builtin_trap();
  return *std::move(image);
}

// Of the input, eight bytes: where, and what to do there.
struct Damage {
  std::uint32_t where = 0;
  std::uint8_t what = 0;
  std::uint8_t bytes[3] = {};
};

class DamagedImage {
 public:
  DamagedImage() : whole_(image_of_python()) {
    for (const ImagePiece& piece : whole_.image.pieces()) {
      // Read and written through the image's own mapping, which is put right afterwards.
      if (piece.writable) writable_.push_back(&piece);
    }
  }

  const Target& target() const { return whole_.python.target; }

  MemoryImage with(const std::vector<Damage>& damages) {
    std::vector<ImagePiece> pieces = whole_.image.pieces();
    for (const Damage& damage : damages) {
      damage.what % 8 == 7 ? cut(pieces, damage) : overwrite(damage);
    }
    MemoryImage image;
    for (const ImagePiece& piece : pieces) image.add(piece);
    image.seal();
    return image;
  }

  void repair() {
    for (; !changed_.empty(); changed_.pop_back()) {
      std::memcpy(changed_.back().place, &changed_.back().word, 8);
    }
  }

 private:
  struct Change {
    std::uint8_t* place;
    std::uint64_t word;
  };

  std::uint8_t* place_of(std::uint64_t where) const {
    const ImagePiece& piece = *writable_[where % writable_.size()];
    const std::uint64_t words = piece.bytes.size() / 8;
    return const_cast<std::uint8_t*>(piece.bytes.data()) + where * 2654435761u % words * 8;
  }

  void overwrite(const Damage& damage) {
    std::uint8_t* const place = place_of(damage.where);
    std::uint64_t word, value;
    std::memcpy(&word, place, 8);
    changed_.push_back({place, word});
    const std::uint64_t small = damage.bytes[0] | damage.bytes[1] << 8;
    switch (damage.what % 8) {
      case 0: value = word ^ std::uint64_t{1} << damage.bytes[0] % 64; break;
      case 1: value = small; break;
      case 2: value = ~small; break;
      case 3: value = word + 8 * (small - 32768); break;
      case 4: value = word << 32 | small; break;
      default: std::memcpy(&value, place_of(damage.where + small), 8); break;
    }
    std::memcpy(place, &value, 8);
  }

  static void cut(std::vector<ImagePiece>& pieces, const Damage& damage) {
    ImagePiece& piece = pieces[damage.where % pieces.size()];
    piece.bytes = piece.bytes.first(piece.bytes.size() * damage.bytes[0] / 256);
  }

  ProcessImage whole_;
  std::vector<const ImagePiece*> writable_;
  std::vector<Change> changed_;
};

void check(int file, const WalkReport& report) {
  if (report.status == WalkStatus::kUnsupported || report.status == WalkStatus::kLists) return;
  if (report.status != WalkStatus::kComplete && report.status != WalkStatus::kIncomplete) {
    __builtin_trap();
  }
  const auto bytes = MappedBytes::of_file("/proc/self/fd/" + std::to_string(file));
  if (bytes == nullptr) __builtin_trap();
  const std::vector<std::uint8_t> copy(bytes->bytes().begin(), bytes->bytes().end());
  Result<SnapshotReader> snapshot =
      SnapshotReader::open(SnapshotBytes::copy(copy).value(), {.partial = false, .threads = 1});
  if (!snapshot) __builtin_trap();
  if (!snapshot->for_each_nodes_chunk([](std::size_t, const NodeChunk&) {})) __builtin_trap();
}

void walk_damaged(const MemoryImage& image, const Target& target) {
  const auto arena = MappedBytes::of_zeros(kArena);
  const int file = memfd_create("snapshot", MFD_CLOEXEC);
  if (file < 0 || arena == nullptr) __builtin_trap();
  WalkOptions options;
  options.target = target;
  options.strings = Strings::kFull;
  options.arena = arena->data();
  options.arena_size = kArena;
  options.output = file;
  Recovery recovery;
  WalkReport report;
  walk_image(image, options, recovery, report);
  check(file, report);
  close(file);
}

}  // namespace
}  // namespace heapsnap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heapsnap;
  static DamagedImage memory;
  std::vector<Damage> damages(size / sizeof(Damage));
  if (!damages.empty()) std::memcpy(damages.data(), data, damages.size() * sizeof(Damage));
  walk_damaged(memory.with(damages), memory.target());
  memory.repair();
  return 0;
}
