#include "apps/heapsnap/run/snapshot_file.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "apps/heapsnap/render/cell_text.h"
#include "apps/heapsnap/run/snapshot_contents.h"
#include "libsnapshot/new_file.h"
#include "libsnapshot/snapshot_packer.h"

namespace heapsnap {
namespace {

pid_t pid_of(const SnapshotContents& contents) {
  return static_cast<pid_t>(contents.number("pid"));
}

// Who made the stream knows that it was asked, and `run` what for.
std::string trigger_of(const SnapshotContents& contents, const SnapshotSettings& settings,
                       const Occasion& occasion) {
  if (!settings.trigger.empty()) return settings.trigger;
  const std::string trigger = contents.text("trigger");
  const bool was_asked = trigger == "every" || trigger == "rss" || trigger == "capture";
  return was_asked && !occasion.asked_for.empty() ? occasion.asked_for : trigger;
}

// Why it is incomplete: what there was to walk comes first, as the cause of the rest.
std::string reason_of(const SnapshotContents& contents, const Occasion& occasion) {
  const std::string reason = contents.text("incomplete_reason");
  if (reason.empty() || occasion.lacking.empty()) return occasion.lacking + reason;
  return fmt::format("{}; as far as it goes: {}", occasion.lacking, reason);
}

Additions additions_to(const SnapshotContents& contents, const SnapshotSettings& settings,
                       const Occasion& occasion) {
  Additions additions{.facts = settings.labels};
  const std::string trigger = trigger_of(contents, settings, occasion);
  if (trigger != contents.text("trigger")) additions.facts.push_back({"trigger", trigger});
  if (!occasion.lacking.empty()) {
    additions.end.push_back({"complete", std::uint64_t{0}});
    additions.end.push_back({"incomplete_reason", reason_of(contents, occasion)});
  }
  return additions;
}

// The whole of it into a file that has no name yet.
Result<Packed> pack_into(NewFile& file, const Connection& source,
                         const SnapshotSettings& settings, SnapshotContents& contents,
                         Distributions& distributions, const Occasion& occasion) {
  const RootFolder root(source.pid);  // of the process that sends, while it is there
  PackOptions options;
  options.level = settings.level;
  options.keep_cut_off = false;
  options.on_chunk = [&](ChunkKind kind, const PaddedBytes& payload, std::uint64_t offset) {
    const Result<void> seen = contents.see(kind, payload, offset);
    if (seen && kind == ChunkKind::kFacts) {
      occasion.began(pid_of(contents), contents.number("time_ns"));
    }
    return seen;
  };
  options.additions = [&] {
    Additions additions = additions_to(contents, settings, occasion);
    additions.distributions = distributions.of(contents.module_files(), root);
    if (occasion.memory) additions.memory = occasion.memory();
    return additions;
  };
  return pack(source.fd, file, options);
}

Error cannot_write(const std::string& folder) {
  const std::string why = errno == ENOTSUP ? "no file can be made there" : std::strerror(errno);
  return {ErrorCode::kCapture,
          fmt::format("cannot write in {}: {}", folder.empty() ? "this folder" : folder, why),
          {}};
}

// Reads on to the end of what is not wanted: an agent that cannot send tells of that as well.
void drain(int fd) {
  std::vector<std::uint8_t> bytes(std::size_t{64} << 10);
  ssize_t got = 0;
  do {
    got = read(fd, bytes.data(), bytes.size());
  } while (got > 0 || (got < 0 && errno == EINTR));
}

tl::unexpected<Error> no_snapshot(const Error& error) {
  return failure(ErrorCode::kCapture, "no snapshot was written: " + error.message);
}

// As the file could not be written.
tl::unexpected<Error> no_file(SnapshotNames& names, const Error& error) {
  names.add_failure();
  return no_snapshot(error);
}

}  // namespace

Result<WrittenSnapshot> write_snapshot(const Connection& source, const SnapshotSettings& settings,
                                       SnapshotNames& names, Distributions& distributions,
                                       const Occasion& occasion) {
  const std::string folder = names.folder();
  std::optional<NewFile> file = NewFile::create(folder);
  if (!file) {
    const Error why = cannot_write(folder);
    drain(source.fd);
    return no_file(names, why);
  }
  SnapshotContents contents;
  const Result<Packed> packed =
      pack_into(*file, source, settings, contents, distributions, occasion);
  if (!packed) {
    if (packed.error().code != ErrorCode::kCapture) return no_snapshot(packed.error());  // a stream
    drain(source.fd);
    return no_file(names, packed.error());
  }
  if (!file->sync()) return no_file(names, cannot_write(folder));
  occasion.whole();
  Result<Published> published =
      names.publish(*file, pid_of(contents), contents.number("time_ns"));
  if (!published) return no_file(names, published.error());
  return WrittenSnapshot{.path = std::move(published->path),
                         .objects = contents.objects(),
                         .shallow = contents.shallow(),
                         .method = contents.text("method"),
                         .mode = contents.text("mode"),
                         .trigger = trigger_of(contents, settings, occasion),
                         .pause_ns = contents.number("pause_ns"),
                         .file_size = packed->file_bytes,
                         .incomplete = reason_of(contents, occasion),
                         .collecting = contents.number("while_collecting") != 0,
                         .warnings = std::move(published->warnings)};
}

std::string summary_of(const WrittenSnapshot& snapshot) {
  const auto human = [](const Cell& cell) { return cell_text(cell, Sizes::kHuman); };
  std::string line = fmt::format("{}: {} objects, {}, {} ({})", snapshot.path,
                                 human(Count{snapshot.objects}), human(Bytes{snapshot.shallow}),
                                 snapshot.method, snapshot.mode);
  if (snapshot.trigger != "capture") line += " at " + snapshot.trigger;
  if (snapshot.pause_ns != 0) line += ", paused " + human(Nanoseconds{snapshot.pause_ns});
  line += ", file " + human(Bytes{snapshot.file_size});
  if (!snapshot.incomplete.empty()) line += "; incomplete: " + snapshot.incomplete;
  return line;
}

std::vector<std::string> warnings_of(const WrittenSnapshot& snapshot) {
  std::vector<std::string> warnings = snapshot.warnings;
  if (snapshot.collecting) {
    warnings.emplace_back("the collector was running at that instant: objects that nothing refers "
                          "to may be missing");
  }
  return warnings;
}

}  // namespace heapsnap
