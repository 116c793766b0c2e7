#include "libanalysis/nearest.h"

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

const std::vector<std::string_view> kNames = {"analyze", "hist", "show", "threads"};

TEST_CASE("a slip of the finger is understood") {
  CHECK(did_you_mean("hsit", kNames) == ", did you mean 'hist'?" );
  CHECK(did_you_mean("histo", kNames) == ", did you mean 'hist'?");
  CHECK(did_you_mean("analyse", kNames) == ", did you mean 'analyze'?");
  CHECK(did_you_mean("thread", kNames) == ", did you mean 'threads'?");
}

TEST_CASE("the beginning of a name is understood") {
  CHECK(did_you_mean("ana", kNames) == ", did you mean 'analyze'?");
}

TEST_CASE("the last part of a dotted name is understood") {
  CHECK(did_you_mean("Node", {"app.NodeList", "app.Node"}) == ", did you mean 'app.Node'?");
  CHECK(did_you_mean("Sesion", {"app.cache", "app.Session"}) == ", did you mean 'app.Session'?");
  CHECK(did_you_mean("ode", {"app.Node"}).empty());
}

TEST_CASE("the very last part of a dotted name is nearer than any slip of the finger") {
  CHECK(did_you_mean("Node", {"code", "__main__.Node"}) == ", did you mean '__main__.Node'?");
  CHECK(did_you_mean("node", {"code", "__main__.Node"}) == ", did you mean '__main__.Node'?");
  CHECK(did_you_mean("Node", {"a.node", "NODE", "b.Node"}) == ", did you mean 'b.Node'?");
  CHECK(did_you_mean("Outer.Node", {"a.Node", "b.Outer.Node"}) == ", did you mean 'b.Outer.Node'?");
}

TEST_CASE("what is like no name suggests none") {
  CHECK(did_you_mean("flamegraph", kNames).empty());
  CHECK(did_you_mean("", kNames).empty());
  CHECK(did_you_mean("x", {}).empty());
  CHECK(did_you_mean(std::string(100000, 'x'), kNames).empty());
}

}  // namespace
}  // namespace heapsnap
