#include "apps/heapsnap/run/snapshot_names.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "tests/support/scratch_folder.h"

namespace heapsnap {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSecondOfTime = 1'000'000'000;
constexpr pid_t kPid = 7;

struct Named {
  ScratchFolder folder;
  SnapshotNames names;

  Named(const std::string& name, std::size_t keep, bool force)
      : names(*NameTemplate::parse(folder / name), keep, force) {}

  std::string publish(std::uint64_t second, pid_t pid = kPid) {
    std::optional<NewFile> file = NewFile::create(folder / "");
    const Result<Published> published = names.publish(*file, pid, second * kSecondOfTime);
    return fs::path(published->path).filename();
  }
  bool has(const std::string& name) const { return fs::exists(folder / name); }
};

TEST_CASE("the newest files are the last ones, though the clock was put back") {
  Named named("a.%n", 2, false);
  named.publish(1000);
  named.publish(1001);
  named.publish(500);
  CHECK_FALSE(named.has("a.1"));
  CHECK(named.has("a.2"));
  CHECK(named.has("a.3"));
}

TEST_CASE("a file that the user gave the name of an old snapshot stays") {
  Named named("a.%n", 1, false);
  named.publish(1);
  fs::rename(named.folder / "a.1", named.folder / "mine");
  std::ofstream(named.folder / "a.1") << "also mine";
  named.publish(2);
  CHECK(named.has("mine"));
  CHECK(named.has("a.1"));
}

TEST_CASE("each process has as many files as are to stay") {
  Named named("a.%n", 1, false);
  named.publish(1, 7);
  named.publish(2, 8);
  named.publish(3, 7);
  CHECK_FALSE(named.has("a.1"));
  CHECK(named.has("a.2"));
  CHECK(named.has("a.3"));
}

TEST_CASE("with force a file of others is replaced, but none of ours") {
  Named named("a.%t", 0, true);
  const std::string first = named.publish(1), second = named.publish(2);
  std::ofstream(named.folder / "a.19700101T000003Z") << "of others";
  CHECK(named.publish(3) == "a.19700101T000003Z");
  CHECK(named.publish(1) != first);
  CHECK(named.publish(2) != second);
}

TEST_CASE("however many names were given, none of a file that is there is given again") {
  Named named("a.%t", 0, true);
  constexpr std::uint64_t kMany = 3000;
  for (std::uint64_t second = 1; second <= kMany; ++second) {
    const std::string name = named.publish(second);
    if (second % 2 == 0) fs::remove(named.folder / name);
  }
  CHECK(named.publish(1) != "a.19700101T000001Z");
  CHECK(named.publish(2) == "a.19700101T000002Z");
}

}  // namespace
}  // namespace heapsnap
