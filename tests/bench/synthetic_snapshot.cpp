// synthetic_snapshot SHAPE MILLIONS FILE [STREAM]: writes a synthetic heap (synthetic_heap.h).
// SHAPE is synthetic or dense. STREAM is the same without compression, as an agent writes.
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "libsnapshot/new_file.h"
#include "tests/bench/synthetic_heap.h"

namespace heapsnap {
namespace {

bool write(const char* path, const SyntheticOptions& options) {
  std::optional<NewFile> file = NewFile::create(folder_of(path));
  if (!file) return false;
  const Result<void> done = write_synthetic_heap(*file, options);
  if (done && file->publish(path, Overwrite::kYes)) return true;
  fmt::print(stderr, "{}: {}\n", path, done ? "cannot be named" : done.error().message);
  return false;
}

}  // namespace
}  // namespace heapsnap

int main(int argc, char** argv) {
  const std::string_view shape = argc > 1 ? argv[1] : "";
  if ((argc != 4 && argc != 5) || (shape != "synthetic" && shape != "dense")) {
    fmt::print(stderr, "usage: synthetic_snapshot synthetic|dense MILLIONS FILE [STREAM]\n");
    return 2;
  }
  heapsnap::SyntheticOptions options{
      .objects = static_cast<std::uint64_t>(std::atof(argv[2]) * 1e6), .dense = shape == "dense"};
  if (!heapsnap::write(argv[3], options)) return 1;
  options.level = 0;
  return argc == 4 || heapsnap::write(argv[4], options) ? 0 : 1;
}
