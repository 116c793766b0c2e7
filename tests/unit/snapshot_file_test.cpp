#include "apps/heapsnap/run/snapshot_file.h"

#include <catch2/catch.hpp>

#include <unistd.h>

#include "tests/support/scratch_folder.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

// A pipe that holds all of a small stream.
class SmallStream {
 public:
  explicit SmallStream(const std::vector<std::uint8_t>& bytes) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    fd_ = ends[0];
    CHECK(::write(ends[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    ::close(ends[1]);
  }
  ~SmallStream() { ::close(fd_); }
  SmallStream(const SmallStream&) = delete;
  SmallStream& operator=(const SmallStream&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

TEST_CASE("a snapshot says why it is incomplete, and first what is the cause of the rest") {
  struct Case {
    std::string gave_up, lacking, reason;
  };
  for (const auto& [gave_up, lacking, reason] :
       {Case{"", "", ""}, Case{"no memory", "", "no memory"}, Case{"", "a cut", "a cut"},
        Case{"no memory", "a cut", "a cut; as far as it goes: no memory"}}) {
    CAPTURE(gave_up, lacking);
    const ScratchFolder folder;
    const SmallStream stream(SnapshotBuilder().bytes(gave_up));
    SnapshotNames names(*NameTemplate::parse(folder / "a.hsnap"), 0, false);
    Distributions distributions;
    const Result<WrittenSnapshot> written = write_snapshot({stream.fd(), ::getpid()}, {}, names,
                                                           distributions, {.lacking = lacking});
    REQUIRE(written);
    CHECK(written->incomplete == reason);
    const Result<SnapshotReader> snapshot = SnapshotReader::open(folder / "a.hsnap");
    REQUIRE(snapshot);
    CHECK(snapshot->is_complete() == reason.empty());
    CHECK(snapshot->tables().text("incomplete_reason").value_or("") == reason);
    CHECK(summary_of(*written).ends_with("; incomplete: " + reason) != reason.empty());
  }
}

}  // namespace
}  // namespace heapsnap
