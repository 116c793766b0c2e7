#include "libanalysis/suspects.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/heap_from.h"

namespace heapsnap {
namespace {

// "registry 1000: 3 Session 900"
std::vector<std::string> found(const NamedHeap& heap) {
  std::vector<std::string> result;
  for (const Suspect& suspect : find_suspects(heap.heap)) {
    std::string name = std::to_string(suspect.count) + " " + heap.graph.type_name(suspect.type);
    for (std::size_t i = 0; i < heap.ids.size(); ++i) {
      if (heap.ids[i] == suspect.node) name = heap.names[i];
    }
    std::string text = name + " " + std::to_string(suspect.retained);
    if (suspect.content_count > 0) {
      text += ": " + std::to_string(suspect.content_count) + " " +
              heap.graph.type_name(suspect.content) + " " +
              std::to_string(suspect.content_retained);
    }
    result.push_back(text);
  }
  return result;
}

TEST_CASE("memory accumulates where one object keeps much and none below it does") {
  const NamedHeap heap = heap_from(R"(
    root -> app other
    app -> registry config
    registry -> s1 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 s12
    s1 -> big
    app = App 10
    registry = Registry 40
    config = Config 20
    other = Other 5
    s1 = Session 60
    s2 = Session 60
    s3 = Session 60
    s4 = Session 60
    s5 = Session 60
    s6 = Session 60
    s7 = Session 60
    s8 = Session 60
    s9 = Session 60
    s10 = Session 60
    s11 = Session 60
    s12 = Session 60
    big = Text 10
  )");
  CHECK(found(heap) == std::vector<std::string>{"registry 770: 12 Session 730"});
}

TEST_CASE("two places of one heap are two suspects") {
  const NamedHeap heap = heap_from(R"(
    root -> app
    app -> cache log
    app = App 10
    cache = Cache 400
    log = Log 500
  )");
  CHECK(found(heap) == std::vector<std::string>{"log 500", "cache 400"});
}

TEST_CASE("a chain of one class is its first") {
  std::string text = "root -> n0\n";
  for (int i = 0; i < 200; ++i) {
    text += "n" + std::to_string(i) + " = app.Node 10\n";
    if (i > 0) text += "n" + std::to_string(i - 1) + " -> n" + std::to_string(i) + "\n";
  }
  CHECK(found(heap_from(text)) == std::vector<std::string>{"n0 2000: 1 app.Node 1990"});
}

TEST_CASE("what only roots dominate is a suspect as a class") {
  std::string text = "root -> a b\n a = A 10\n b = B 10\n";
  for (int i = 0; i < 50; ++i) {
    const std::string name = "t" + std::to_string(i);
    text += "a -> " + name + "\nb -> " + name + "\n" + name + " = Text 20\n";
  }
  CHECK(found(heap_from(text)) == std::vector<std::string>{"50 Text 1000"});
}

TEST_CASE("a heap of nothing has no suspects") { CHECK(found(heap_from("")).empty()); }

}  // namespace
}  // namespace heapsnap
