#include "apps/heapsnap/shell_quote.h"

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

TEST_CASE("plain words need no quotes") {
  CHECK(shell_quote("/tmp/app.1-2.hsnap") == "/tmp/app.1-2.hsnap");
}

TEST_CASE("other words stand in single quotes") {
  CHECK(shell_quote("my app.hsnap") == "'my app.hsnap'");
  CHECK(shell_quote("$HOME;rm") == "'$HOME;rm'");
  CHECK(shell_quote("it's") == "'it'\\''s'");
  CHECK(shell_quote("") == "''");
}

}  // namespace
}  // namespace heapsnap
