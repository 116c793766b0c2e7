#include "libsnapshot/output_file.h"

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "libsnapshot/mapped_file.h"
#include "tests/support/scratch_folder.h"

namespace heapsnap {
namespace {

const std::vector<std::uint8_t> kBytes = {1, 2, 3};

std::vector<std::uint8_t> contents(const std::string& path) {
  const Result<MappedFile> file = MappedFile::open(path);
  REQUIRE(file.has_value());
  return {file->bytes().begin(), file->bytes().end()};
}

TEST_CASE("a file has its name only once it is committed") {
  const ScratchFolder folder;
  const std::string path = folder / "out";
  {
    Result<OutputFile> file = OutputFile::create(path);
    REQUIRE(file.has_value());
    REQUIRE(file->write(kBytes).has_value());
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(folder.entries() == 1);
  }
  CHECK(folder.entries() == 0);
  Result<OutputFile> file = OutputFile::create(path);
  REQUIRE(file->write(kBytes).has_value());
  REQUIRE(file->commit().has_value());
  CHECK(file->size() == 3);
  CHECK(folder.entries() == 1);
  CHECK(contents(path) == kBytes);
  struct stat status;
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("an old file is there until the new one is whole") {
  const ScratchFolder folder;
  const std::string path = folder / "out";
  for (const std::uint8_t byte : {1, 2}) {
    Result<OutputFile> file = OutputFile::create(path);
    REQUIRE(file->write({&byte, 1}).has_value());
    if (byte == 2) CHECK(contents(path) == std::vector<std::uint8_t>{1});
    REQUIRE(file->commit().has_value());
  }
  CHECK(contents(path) == std::vector<std::uint8_t>{2});
}

TEST_CASE("what is not a regular file is written in place, and not replaced") {
  Result<OutputFile> file = OutputFile::create("/dev/null");
  REQUIRE(file.has_value());
  REQUIRE(file->write(kBytes).has_value());
  REQUIRE(file->commit().has_value());
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("a full disk is an error that names the file") {
  Result<OutputFile> file = OutputFile::create("/dev/full");
  REQUIRE(file.has_value());
  const Result<void> done = file->write(kBytes);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == ErrorCode::kCapture);
  CHECK(done.error().message == "cannot write /dev/full: No space left on device");
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
    Result<OutputFile> file = OutputFile::create(folder / "out");
    REQUIRE(file.has_value());
    const FileSizeLimit limit(4);
    CHECK(file->write(kBytes).has_value());
    CHECK_FALSE(file->write(kBytes));
    CHECK(folder.entries() == 1);
  }
  CHECK(folder.entries() == 0);
}

TEST_CASE("a folder that does not exist is an error that names the file") {
  const ScratchFolder folder;
  const Result<OutputFile> file = OutputFile::create(folder / "nowhere/out");
  REQUIRE_FALSE(file);
  CHECK(file.error().message ==
        "cannot create " + folder / "nowhere/out" + ": No such file or directory");
}

TEST_CASE("a file that cannot be read is an error that names it") {
  const Result<MappedFile> file = MappedFile::open("/nowhere/in");
  REQUIRE_FALSE(file);
  CHECK(file.error().code == ErrorCode::kUnreadable);
  CHECK(file.error().message == "cannot read /nowhere/in: No such file or directory");
}

}  // namespace
}  // namespace heapsnap
