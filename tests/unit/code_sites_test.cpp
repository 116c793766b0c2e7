#include "agent/attach/code_sites.h"

#include <catch2/catch.hpp>
#include <algorithm>
#include <span>
#include <vector>

namespace heapsnap {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST_CASE("both ways of writing sigreturn are found, and a call that returns") {
  CodeSites sites;
  look_for_sites(Bytes{0x90, 0xb8, 0x0f, 0, 0, 0, 0x0f, 0x05, 0x90, 0x0f, 0x05, 0xc3}, 0x1000, sites);
  CHECK(sites.sigreturn == 0x1001);
  CHECK(sites.system_call == 0x1009);
  sites = {};
  look_for_sites(Bytes{0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05, 0xf4}, 0x1000, sites);
  CHECK(sites.sigreturn == 0x1000);
  CHECK_FALSE(sites.complete());
}

TEST_CASE("code that is cut off anywhere has no place that is not whole") {
  const Bytes code = {0xb8, 0x0f, 0, 0, 0, 0x0f, 0x05, 0x0f, 0x05, 0xc3};
  for (std::size_t size = 0; size < code.size(); ++size) {
    CodeSites sites;
    look_for_sites(std::span(code).first(size), 0x1000, sites);
    CHECK(sites.system_call == 0);
    CHECK((sites.sigreturn != 0) == (size >= 7));
  }
}

TEST_CASE("the C library is looked through before other files") {
  const Bytes code = {0xb8, 0x0f, 0, 0, 0, 0x0f, 0x05, 0x0f, 0x05, 0xc3};
  Bytes memory(0x2000);
  std::ranges::copy(code, memory.begin());
  std::ranges::copy(code, memory.begin() + 0x1000);
  const auto file = [](Address start, const char* path) {
    return MappedRange{.start = start, .end = start + 0x1000, .readable = true, .executable = true,
                   .path = path};
  };
  const BytesMemory bytes(memory, 0x10000);
  const auto sites = find_code_sites(bytes, {file(0x10000, "/usr/bin/app"), file(0x11000, "/lib/libc.so.6")});
  REQUIRE(sites);
  CHECK(sites->sigreturn == 0x11000);
  CHECK_FALSE(find_code_sites(bytes, {}));
}

}  // namespace
}  // namespace heapsnap
