#include "agent/attach/process_status.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>

namespace heapsnap {
namespace {

const std::string kStatus =
    "Name:\tpython3\nUmask:\t0022\nState:\tt (tracing stop)\nTgid:\t71\nPid:\t71\nTracerPid:\t4711\n"
    "Uid:\t1000\t1001\t1002\t1003\nNSpid:\t71\t5\nVmPTE:\t     384 kB\nSigPnd:\t0000000000000100\n"
    "ShdPnd:\t0000000000020000\nSigBlk:\t0000000000000800\nSigCgt:\t0000000180000002\n"
    "Seccomp:\t2\nSeccomp_filters:\t3\n";

TEST_CASE("a status says who traces, whose it is, and what is filtered") {
  const ProcessStatus status = parse_status(kStatus);
  CHECK(status.name == "python3");
  CHECK(status.state == 't');
  CHECK(status.tracer == 4711);
  CHECK(status.own_pid == 5);
  CHECK(status.user == 1001);
  CHECK(status.page_tables == 384 << 10);
  CHECK(status.blocked == 0x800);
  CHECK(status.handled == 0x180000002);
  CHECK(status.pending == 0x20100);
  CHECK(status.shared_pending == 0x20000);
  CHECK(status.seccomp == 2);
  CHECK(status.seccomp_filters == 3);
}

TEST_CASE("a status tells a process that has ended from one that is stopped") {
  for (const auto& [state, ended] :
       {std::pair('R', false), {'S', false}, {'D', false}, {'T', false}, {'t', false},
        {'Z', true}, {'X', true}}) {
    CHECK(parse_status(std::string("State:\t") + state + " (so)\n").has_ended() == ended);
  }
  CHECK_FALSE(parse_status("Name:\tpython3\n").has_ended());
}

TEST_CASE("what a status does not say is unknown") {
  const ProcessStatus status = parse_status("Name\nState:\nUid:\t7\nSeccomp:\tx\n:\n");
  CHECK(status.state == '?');
  CHECK(status.user == 0);
  CHECK(status.seccomp == 0);
  CHECK(status.seccomp_filters == -1);
}

TEST_CASE("a status that is cut off anywhere is read as far as it goes") {
  for (std::size_t size = 0; size < kStatus.size(); ++size) {
    const ProcessStatus status = parse_status(kStatus.substr(0, size));
    CHECK((status.seccomp_filters == -1 || status.tracer == 4711));
  }
}

}  // namespace
}  // namespace heapsnap
