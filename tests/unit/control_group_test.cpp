#include "agent/attach/control_group.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

namespace heapsnap {
namespace {

const std::string kMounts =
    "24 1 0:22 / /proc rw,nosuid - proc proc rw\n"
    "30 24 0:27 / /sys/fs/cgroup/unified rw,nosuid shared:9 master:1 - cgroup2 cgroup2 rw,nsdelegate\n"
    "31 24 0:28 / /sys/fs/cgroup/memory rw,nosuid shared:10 - cgroup cgroup rw,memory\n"
    "32 24 0:29 /pod/one /sys/fs/cgroup/freezer rw,nosuid - cgroup cgroup rw,cpu,freezer\n";

std::string found(const std::string& groups, const std::string& controller) {
  const auto folder = find_group(kMounts, groups, controller);
  return folder ? folder->mount + " " + folder->group : "none";
}

TEST_CASE("a group lies below the folder at which its hierarchy is mounted") {
  const std::string groups = "4:memory:/a/b\n3:cpu,freezer:/pod/one/c\n0::/d\n";
  CHECK(found(groups, "memory") == "/sys/fs/cgroup/memory /a/b");
  CHECK(found(groups, "freezer") == "/sys/fs/cgroup/freezer /c");
  CHECK(found(groups, "") == "/sys/fs/cgroup/unified /d");
  CHECK(found(groups, "pids") == "none");
}

TEST_CASE("the group that is mounted has no folder below that") {
  CHECK(found("0::/\n", "") == "/sys/fs/cgroup/unified ");
  CHECK(found("3:freezer:/pod/one\n", "freezer") == "/sys/fs/cgroup/freezer ");
}

TEST_CASE("a group that is not below what is mounted cannot be seen") {
  CHECK(found("3:freezer:/pod/two\n", "freezer") == "none");
  CHECK(found("3:freezer:/pod/one-more\n", "freezer") == "none");
  CHECK(found("0::/../other\n", "") == "none");
}

TEST_CASE("texts that are cut off anywhere say less, and nothing else") {
  const std::string groups = "4:memory:/a\n";
  for (std::size_t size = 0; size < kMounts.size(); ++size) {
    const auto folder = find_group(kMounts.substr(0, size), groups, "memory");
    CHECK((!folder || folder->mount == "/sys/fs/cgroup/memory"));
  }
  for (std::size_t size = 0; size < groups.size(); ++size) {
    const auto folder = find_group(kMounts, groups.substr(0, size), "memory");
    CHECK((!folder || folder->group == "/" || folder->group == "/a" || folder->group.empty()));
  }
}

TEST_CASE("this process is not frozen") { CHECK(check_frozen(getpid())); }

}  // namespace
}  // namespace heapsnap
