#include "apps/heapsnap/shell_quote.h"

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

TEST_CASE("plain words need no quotes") {
  CHECK(quoted_for_shell("/tmp/app.1-2.hsnap") == "/tmp/app.1-2.hsnap");
}

TEST_CASE("other words stand in single quotes") {
  CHECK(quoted_for_shell("my app.hsnap") == "'my app.hsnap'");
  CHECK(quoted_for_shell("$HOME;rm") == "'$HOME;rm'");
  CHECK(quoted_for_shell("it's") == "'it'\\''s'");
  CHECK(quoted_for_shell("") == "''");
}

}  // namespace
}  // namespace heapsnap
