#include "apps/heapsnap/indexed.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "apps/heapsnap/load.h"
#include "libanalysis/graph_index.h"
#include "libsnapshot/new_file.h"
#include "libsnapshot/section_file.h"

namespace heapsnap {
namespace {

std::string index_path(const Options& options) { return options.file + ".index"; }

void warn(const Options& options, const std::string& text) {
  if (options.on_warning) options.on_warning(index_path(options) + ": " + text);
}

void tell_progress(const Options& options, std::string_view stage) {
  if (options.on_progress) options.on_progress(stage, 0);
}

// Something has the name, if only a link that leads nowhere.
bool exists(const std::string& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0 || errno != ENOENT;
}

bool is_ordinary(const std::string& path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

tl::unexpected<Error> because_of_errno(const char* what) {
  return failure(ErrorCode::kUnreadable, fmt::format("{}: {}", what, std::strerror(errno)));
}

// The one that is there is taken away first: renaming another onto it would need a second name,
// which a crash could leave. If somebody else is quicker, theirs is as good.
Result<void> publish(NewFile& file, const std::string& path) {
  for (int tries = 0; tries < 2; ++tries) {
    if (file.publish(path, Overwrite::kNo)) return {};
    if (errno != EEXIST) break;
    if (tries == 0 && ::unlink(path.c_str()) != 0 && errno != ENOENT) break;
  }
  if (errno == EEXIST) return {};
  return because_of_errno("it cannot be given its name");
}

Result<void> write_beside(const Heap& heap, const SnapshotReader& snapshot,
                          const std::string& path) {
  std::optional<NewFile> file = NewFile::create(folder_of(path));
  if (!file) return because_of_errno("it cannot be written");
  if (auto done = write_index(heap, snapshot, *file); !done) return done;
  if (!file->sync()) return because_of_errno("it cannot be written");
  return publish(*file, path);
}

void write(const Heap& heap, const SnapshotReader& snapshot, const Options& options) {
  const std::string path = index_path(options);
  if (!can_be_indexed(heap.graph(), snapshot)) {
    return warn(options, "not written: only a whole snapshot has one");
  }
  const bool may_replace = is_section_file(path) || options.force;
  if (exists(path) && (!is_ordinary(path) || !may_replace)) {
    return warn(options, "not written: what stands there is no index; --force replaces a file");
  }
  tell_progress(options, "writing the index");
  const Result<void> done = write_beside(heap, snapshot, path);
  if (!done) warn(options, "not written: " + done.error().message);
}

}  // namespace

Result<Heap> open_heap(SnapshotReader& snapshot, const Options& options) {
  Result<Graph> graph = build_graph(snapshot, build_options(options));
  if (!graph) return tl::unexpected(graph.error());
  return Heap(std::move(*graph), options.threads);
}

Result<Heap> open_indexed(SnapshotReader& snapshot, const Options& options) {
  const std::string path = index_path(options);
  if (exists(path)) {
    tell_progress(options, "reading the index");
    Result<Heap> heap = read_index(path, snapshot, options.threads);
    if (heap) return heap;
    warn(options, fmt::format("not used: {}", heap.error().message));
  }
  Result<Heap> heap = open_heap(snapshot, options);
  if (heap) write(*heap, snapshot, options);
  return heap;
}

}  // namespace heapsnap
