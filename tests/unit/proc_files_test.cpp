#include "agent/attach/proc_files.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

namespace heapsnap {

TEST_CASE("a pipe that a process has where we look for a file is not waited for") {
  char folder[] = "/tmp/heapsnap-test-XXXXXX";
  REQUIRE(mkdtemp(folder) != nullptr);
  const std::string pipe = std::string(folder) + "/python3";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_FALSE(read_proc(getpid(), "root" + pipe));
  unlink(pipe.c_str());
  rmdir(folder);
}

TEST_CASE("the children of this process") {
  CHECK(children_of(getpid()).empty());
  const pid_t child = fork();
  if (child == 0) _exit(0);
  const std::vector<pid_t> children = children_of(getpid());
  CHECK(children == std::vector<pid_t>{child});
  waitpid(child, nullptr, 0);
}

TEST_CASE("what a link of a process says") {
  char path[4096] = {};
  REQUIRE(readlink("/proc/self/exe", path, sizeof path - 1) > 0);
  CHECK(link_of(getpid(), "exe") == path);
  CHECK(link_of(getpid(), "status").empty());
}

}  // namespace heapsnap
