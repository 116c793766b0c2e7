#include "apps/heapsnap/run/distributions.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/support/scratch_folder.h"

namespace heapsnap {
namespace {

void write_file(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << text;
}

std::string described(const std::vector<DistributionRecord>& records) {
  std::string text;
  for (const DistributionRecord& record : records) {
    text += record.top_level + "=" + record.name + " " + record.version + ";";
  }
  return text;
}

std::string of(const std::set<std::string>& files) {
  const RootFolder root(getpid());
  Distributions distributions;
  const std::string once = described(distributions.of(files, root));
  CHECK(described(distributions.of(files, root)) == once);  // from what is remembered
  return once;
}

TEST_CASE("a module's distribution is the one whose metadata lies beside its top-level package") {
  const ScratchFolder site;
  write_file(site / "Some_Thing-2.5.dist-info/METADATA", "Name: Some-Thing\r\nVersion: 2.5\r\n");
  write_file(site / "Some_Thing-2.5.dist-info/RECORD",
             "some/__init__.py,,\nsome/deep/a.py,,\nsix.py,,\n../bin/tool,,\n");
  write_file(site / "some/__init__.py", "");
  write_file(site / "some/deep/__init__.py", "");
  CHECK(of({site / "some/deep/a.py"}) == "some=Some-Thing 2.5;");
  CHECK(of({site / "six.py"}) == "six=Some-Thing 2.5;");
  CHECK(of({site / "tool.py", site / "other/b.py"}).empty());
}

TEST_CASE("an egg-info folder and top_level.txt do as well") {
  const ScratchFolder site;
  write_file(site / "Old-1.egg-info/PKG-INFO", "Metadata-Version: 1.0\nName: Old\nVersion: 1\n");
  write_file(site / "Old-1.egg-info/top_level.txt", "old\n_old\n");
  write_file(site / "old/__init__.py", "");
  CHECK(of({site / "old/x.py", site / "_old.cpython-311-x86_64-linux-gnu.so"}) ==
        "_old=Old 1;old=Old 1;");
}

TEST_CASE("packages without __init__.py are looked for some folders up") {
  const ScratchFolder site;
  for (const char* name : {"one", "two"}) {
    const std::string info = site / (std::string("ns_") + name + "-3.dist-info/");
    write_file(info + "METADATA", std::string("Name: ns-") + name + "\nVersion: 3\n");
    write_file(info + "RECORD", std::string("ns/") + name + "/__init__.py,,\n");
    write_file(site / (std::string("ns/") + name + "/__init__.py"), "");
  }
  CHECK(of({site / "ns/one/__init__.py"}) == "ns=ns-one 3;ns=ns-two 3;");
}

TEST_CASE("broken metadata and files that are not there are passed over") {
  const ScratchFolder site;
  write_file(site / "bad-1.dist-info/METADATA", "nothing");
  write_file(site / "bad/__init__.py", "");
  CHECK(of({site / "bad/a.py", "/nonexistent/folder/a.py", "relative.py", "/a.py"}).empty());
}

}  // namespace
}  // namespace heapsnap
