#include "apps/heapsnap/export/dot.h"

#include <catch2/catch.hpp>

#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

std::string drawn(const NamedHeap& heap, const char* middle, std::size_t steps) {
  NodeSet set(heap.graph.node_count());
  set.insert(heap[middle]);
  std::string text;
  write_dot(heap.heap, set, neighbourhood(heap.heap, set, steps, 0), "title",
            [&text](std::string_view piece) {
              text += piece;
              return true;
            });
  return text;
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++found;
  return found;
}

TEST_CASE("quotes, backslashes, entities and control characters do not end a string of DOT") {
  CHECK(dot_string("app.Node") == R"("app.Node")");
  CHECK(dot_string(R"(a"b\c)") == R"("a\"b\\c")");
  CHECK(dot_string("&lt; \\N") == R"("&amp;lt; \\N")");
  CHECK(dot_string("two\nlines") == R"("two\nlines")");
  CHECK(dot_string(std::string_view("\0\x1b", 2)) == R"("\\x00\\x1b")");
  CHECK(dot_string("\xff\xed\xb2\x80") == R"("\\udcff\\udc80")");
}

TEST_CASE("references between two nodes are one arrow") {
  const std::string text = drawn(heap_from(R"(
    root -> a
    a    -> b b b b b
  )"), "a", 1);
  CHECK(count(text, " -> ") == 2);  // one of them from the root
  CHECK(text.find(R"([label="[0]\n[1]\n[2]\n2 more"])") != text.npos);
  CHECK(text.find("\"thread\" -> ") != text.npos);
}

TEST_CASE("no arrow leads to what is not drawn") {
  const std::string text = drawn(heap_from(R"(
    root -> a
    a    -> b
    b    -> c
  )"), "a", 1);
  CHECK(count(text, "retains") == 2);
  CHECK(count(text, " -> ") == 2);
}

TEST_CASE("a drawing stops when nothing more can be written") {
  const NamedHeap heap = heap_from("root -> a");
  const NodeSet set(heap.graph.node_count());
  int pieces = 0;
  write_dot(heap.heap, set, {}, "", [&pieces](std::string_view) {
    ++pieces;
    return false;
  });
  CHECK(pieces == 1);
}

}  // namespace
}  // namespace heapsnap
