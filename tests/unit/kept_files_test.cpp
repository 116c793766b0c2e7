#include "apps/heapsnap/run/kept_files.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "tests/support/scratch_folder.h"

namespace heapsnap {
namespace {

namespace fs = std::filesystem;
using Paths = std::vector<std::string>;

struct Files {
  ScratchFolder folder;

  std::string write(const std::string& name, std::size_t size) const {
    const std::string path = folder / name;
    std::ofstream(path) << std::string(size, 'x');
    return path;
  }
};

TEST_CASE("the newest files stay, and the oldest goes first") {
  const Files files;
  KeptFiles kept({.count = 2});
  const std::string a = files.write("a", 1), b = files.write("b", 1), c = files.write("c", 1);
  CHECK(kept.add(a).removed.empty());
  CHECK(kept.add(b).removed.empty());
  CHECK(kept.add(c).removed == Paths{a});
  CHECK_FALSE(fs::exists(a));
  CHECK(fs::exists(b));
  CHECK(kept.bytes() == 2);
}

TEST_CASE("all together stay below a size, but for the newest") {
  const Files files;
  KeptFiles kept({.bytes = 100});
  const std::string a = files.write("a", 40), b = files.write("b", 60), c = files.write("c", 50);
  CHECK(kept.add(a).removed.empty());
  CHECK(kept.add(b).removed.empty());
  CHECK(kept.add(c).removed == Paths{a, b});
  CHECK_FALSE(kept.too_large());
  const std::string d = files.write("d", 101);
  CHECK(kept.add(d).removed == Paths{c});
  CHECK(kept.too_large());
  CHECK(fs::exists(d));
}

TEST_CASE("what is not the file that was written is not removed") {
  const Files files;
  KeptFiles kept({.count = 1});
  const std::string a = files.write("a", 1), b = files.write("b", 1), other = files.write("o", 1);
  kept.add(a);
  fs::rename(other, a);
  CHECK(kept.add(b).removed.empty());
  CHECK(fs::exists(a));
}

TEST_CASE("a file with the number of one that was removed is another one") {
  const Files files;
  KeptFiles kept({.count = 1});
  const std::string a = files.write("a", 1), b = files.write("b", 1);
  kept.add(a);
  std::ofstream(a) << "mine";  // as when the system gives the number again
  CHECK(kept.add(b).removed.empty());
  CHECK(fs::exists(a));
}

TEST_CASE("what somebody else removed is forgotten") {
  const Files files;
  KeptFiles kept({.count = 1});
  const std::string a = files.write("a", 7), b = files.write("b", 5);
  kept.add(a);
  fs::remove(a);
  CHECK(kept.add(b).removed.empty());
  CHECK(kept.bytes() == 5);
  CHECK(kept.add(a).removed.empty());
  CHECK(kept.bytes() == 5);
}

TEST_CASE("what is not there any more takes no room") {
  const Files files;
  KeptFiles kept({.bytes = 100});
  const std::string a = files.write("a", 40), b = files.write("b", 40), c = files.write("c", 40);
  kept.add(a);
  kept.add(b);
  fs::rename(b, files.folder / "mine");
  CHECK(kept.add(c).removed.empty());
  CHECK(fs::exists(a));
  CHECK(kept.bytes() == 80);
}

// A folder stands for a file that cannot be removed, also by root.
TEST_CASE("what cannot be removed is said once, and the newest stay all the same") {
  const Files files;
  KeptFiles kept({.count = 2});
  const std::string stuck = files.folder / "stuck";
  fs::create_directory(stuck);
  const std::string a = files.write("a", 1), b = files.write("b", 1), c = files.write("c", 1);
  kept.add(stuck);
  kept.add(a);
  const KeptFiles::Removal first = kept.add(b);
  CHECK(first.removed.empty());
  CHECK(first.warnings == Paths{"cannot remove " + stuck + ": Is a directory"});
  const KeptFiles::Removal second = kept.add(c);
  CHECK(second.removed == Paths{a});
  CHECK(second.warnings.empty());
  fs::remove(stuck);
  CHECK(kept.add(files.write("d", 1)).removed == Paths{b});
}

TEST_CASE("what cannot be removed takes room from what is newer") {
  const Files files;
  KeptFiles kept({.bytes = 100});
  const std::string stuck = files.folder / "stuck";
  fs::create_directory(stuck);
  const std::string a = files.write("a", 60), b = files.write("b", 60);
  kept.add(stuck);
  kept.add(a);
  CHECK(kept.add(b).removed == Paths{a});
}

}  // namespace
}  // namespace heapsnap
