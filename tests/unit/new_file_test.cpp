#include "libsnapshot/new_file.h"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/scratch_folder.h"

namespace heapsnap {
namespace {

const std::vector<std::uint8_t> kBytes = {1, 2, 3};

std::vector<std::uint8_t> contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

NewFile whole_file(const std::string& folder) {
  std::optional<NewFile> file = NewFile::create(folder);
  REQUIRE(file.has_value());
  REQUIRE(file->write(kBytes).has_value());
  REQUIRE(file->sync());
  return std::move(*file);
}

TEST_CASE("a file has its name only once it is published") {
  const ScratchFolder folder;
  const std::string path = folder / "out";
  {
    NewFile file = whole_file(folder / "");
    CHECK_FALSE(std::filesystem::exists(path));
  }
  CHECK(folder.entries() == 0);
  CHECK(whole_file(folder / "").publish(path, Overwrite::kNo));
  CHECK(folder.entries() == 1);
  CHECK(contents(path) == kBytes);
  struct stat status;
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a file that is being written has no name where the system can do without") {
  const ScratchFolder folder;
  const int probe = ::open((folder / "").c_str(), O_WRONLY | O_TMPFILE, 0600);
  if (probe < 0) {
    WARN("no files without names in " << folder / "");
    return;
  }
  ::close(probe);
  NewFile file = whole_file(folder / "");
  CHECK(folder.entries() == 0);
}

TEST_CASE("an old file is there until the new one is whole, if it is to be replaced at all") {
  const ScratchFolder folder;
  const std::string path = folder / "out";
  std::ofstream(path) << "old";
  NewFile file = whole_file(folder / "");
  CHECK_FALSE(file.publish(path, Overwrite::kNo));
  CHECK(errno == EEXIST);
  CHECK(contents(path) == std::vector<std::uint8_t>{'o', 'l', 'd'});
  CHECK(file.publish(path, Overwrite::kYes));
  CHECK(contents(path) == kBytes);
  CHECK(folder.entries() == 1);
}

TEST_CASE("a file whose name was taken can be given another one") {
  const ScratchFolder folder;
  std::ofstream(folder / "a") << "old";
  NewFile file = whole_file(folder / "");
  CHECK_FALSE(file.publish(folder / "a", Overwrite::kNo));
  CHECK(file.publish(folder / "b", Overwrite::kNo));
  CHECK(contents(folder / "b") == kBytes);
  CHECK(folder.entries() == 2);
}

// Files of this process cannot grow beyond a size while this is there.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t size) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{size, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_ = {};
  void (*handler_)(int);
};

TEST_CASE("a file for which there is no room leaves nothing") {
  const ScratchFolder folder;
  {
    std::optional<NewFile> file = NewFile::create(folder / "");
    REQUIRE(file.has_value());
    const FileSizeLimit limit(4);
    CHECK(file->write(kBytes).has_value());
    const Result<void> done = file->write(kBytes);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == ErrorCode::kCapture);
    CHECK(done.error().message == "cannot write in " + folder / "" + ": File too large");
  }
  CHECK(folder.entries() == 0);
}

TEST_CASE("only ordinary files are replaced") {
  const ScratchFolder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  std::optional<NewFile> file = NewFile::create(folder / "");
  REQUIRE(file);
  CHECK_FALSE(file->publish(folder / "pipe", Overwrite::kYes));
  CHECK(errno == ENOTSUP);
  CHECK(file->publish(folder / "file", Overwrite::kYes));
}

TEST_CASE("there is no new file in a folder that does not exist") {
  const ScratchFolder folder;
  const std::optional<NewFile> file = NewFile::create(folder / "nowhere/");
  CHECK_FALSE(file);
  CHECK(errno == ENOENT);
}

TEST_CASE("where nobody can make a file, that is the reason") {
  const std::optional<NewFile> file = NewFile::create("/proc/");
  CHECK_FALSE(file);
  CHECK(errno == ENOTSUP);
}

TEST_CASE("the folder of a path ends with its last slash") {
  CHECK(folder_of("a") == "");
  CHECK(folder_of("/a") == "/");
  CHECK(folder_of("b/c/a") == "b/c/");
}

}  // namespace
}  // namespace heapsnap
