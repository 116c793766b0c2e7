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

TEST_CASE("what would be shown as something else is escaped") {
  CHECK(shell_quote("a\nb'c\\d") == "$'a\\012b\\047c\\134d'");
  CHECK(shell_quote("\xff"
                    "0.hsnap") == "$'\\3770.hsnap'");
  CHECK(shell_quote("\u200bé") == "$'\\342\\200\\213\\303\\251'");
  CHECK(shell_quote("é\\n") == "'é\\n'");
}

}  // namespace
}  // namespace heapsnap
