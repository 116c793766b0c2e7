#include "libanalysis/signature.h"

#include <catch2/catch.hpp>
#include <regex>

namespace heapsnap {
namespace {

TEST_CASE("a signature is four digits and the last two names") {
  const std::string name = signature("app.registry._live[*]", "app.Session");
  CHECK(std::regex_match(name, std::regex("[0-9a-f]{4}-registry-live")));
  CHECK(name == signature("app.registry._live[*]", "app.Session"));
  CHECK(signature("app._on_answer[*]", "function").substr(4) == "-app-on_answer");
  CHECK(signature("(held by C) app.Token", "app.Token").substr(4) == "-app-token");
  CHECK(signature("app.f->cache.keys()[*]", "tuple").substr(4) == "-f-cache");
  CHECK(signature("", "").size() == 4);
}

// Suppressions and trackers rely on these: a change would make every known finding a new one.
TEST_CASE("signatures are what they were") {
  CHECK(signature("app.registry._live[*]", "app.Session") == "27b7-registry-live");
  CHECK(signature("(unreachable) app.Node", "app.Node") == "f716-app-node");
}

TEST_CASE("path and type make a signature, and how often a step comes again does not") {
  CHECK(signature("app.a[*]", "int") != signature("app.b[*]", "int"));
  CHECK(signature("app.a[*]", "int") != signature("app.a[*]", "str"));
  CHECK(signature("app.head(.next)*", "app.Node") == signature("app.head.next", "app.Node"));
  CHECK(signature("app.t[*][*]([*])*", "list") == signature("app.t[*][*][*]", "list"));
  CHECK(signature("thread ?: app.py f().x[*]", "int") != signature("thread ?: app.py f.x[*]", "int"));
}

}  // namespace
}  // namespace heapsnap
