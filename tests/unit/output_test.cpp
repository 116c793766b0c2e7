#include "apps/heapsnap/output.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace heapsnap {
namespace {

namespace fs = std::filesystem;

// A folder of its own, gone at the end.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "output_test.XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  std::string operator/(const char* name) const { return (path_ / name).string(); }
  std::size_t file_count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  fs::path path_;
};

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("a file appears when it is whole, for its owner only") {
  Folder folder;
  Result<Output> out = Output::open(folder / "a", Overwrite::kNo);
  REQUIRE(out);
  CHECK(out->write("text"));
  CHECK_FALSE(fs::exists(folder / "a"));
  REQUIRE(out->finish());
  CHECK(contents(folder / "a") == "text");
  CHECK(folder.file_count() == 1);
  struct stat status;
  REQUIRE(stat((folder / "a").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("what is not finished leaves nothing") {
  Folder folder;
  {
    Result<Output> out = Output::open(folder / "a", Overwrite::kNo);
    REQUIRE(out);
    out->write(std::string(1 << 20, 'x'));
  }
  CHECK(folder.file_count() == 0);
}

TEST_CASE("a file that exists is overwritten only if that is asked for") {
  Folder folder;
  std::ofstream(folder / "a") << "old";
  const Result<Output> refused = Output::open(folder / "a", Overwrite::kNo);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kUsage);
  CHECK(refused.error().message.find("exists") != std::string::npos);
  CHECK(contents(folder / "a") == "old");

  Result<Output> out = Output::open(folder / "a", Overwrite::kYes);
  REQUIRE(out);
  out->write("new");
  CHECK(contents(folder / "a") == "old");
  REQUIRE(out->finish());
  CHECK(contents(folder / "a") == "new");
}

TEST_CASE("a file that appears in the meantime is kept") {
  Folder folder;
  Result<Output> out = Output::open(folder / "a", Overwrite::kNo);
  REQUIRE(out);
  out->write("new");
  std::ofstream(folder / "a") << "other";
  CHECK_FALSE(out->finish());
  CHECK(contents(folder / "a") == "other");
}

TEST_CASE("folders and names in folders that are not there are refused") {
  Folder folder;
  CHECK_FALSE(Output::open(folder / ".", Overwrite::kYes));
  CHECK_FALSE(Output::open(folder / "no/a", Overwrite::kNo));
}

TEST_CASE("a full disk is the error of finish, whenever it happened") {
  Result<Output> out = Output::open("/dev/full", Overwrite::kNo);
  REQUIRE(out);
  CHECK_FALSE(out->write(std::string(1 << 20, 'x')));
  const Result<void> written = out->finish();
  REQUIRE_FALSE(written);
  CHECK(written.error().message.find("No space left") != std::string::npos);

  Result<Output> small = Output::open("/dev/full", Overwrite::kNo);
  CHECK(small->write("x"));
  CHECK_FALSE(small->finish());
}

}  // namespace
}  // namespace heapsnap
