#include "apps/heapsnap/capture/process_words.h"

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

using Words = std::vector<std::string>;

TEST_CASE("words end with a zero, the last one need not") {
  CHECK(split_words(std::string_view("python3\0app.py\0", 15)) == Words{"python3", "app.py"});
  CHECK(split_words("app") == Words{"app"});
  CHECK(split_words(std::string_view("a\0\0b", 4)) == Words{"a", "", "b"});
  CHECK(split_words("").empty());
}

TEST_CASE("a process is called by its program, or by all of its command line") {
  const Words words = {"/usr/bin/python3", "-m", "app", "--port", "80"};
  CHECK(name_by(words) == "app");
  CHECK(is_called(words, with_wildcards("app")));
  CHECK(is_called(words, with_wildcards("*-m app --port*")));
  CHECK_FALSE(is_called(words, with_wildcards("ap")));
  CHECK_FALSE(is_called(words, with_wildcards("--port")));
  CHECK(name_by({}) == "python");
}

TEST_CASE("options of Python's may stand together, and before what they are about") {
  CHECK(name_by({"python3", "-uc", "import app"}) == "python3");
  CHECK(name_by({"python3", "-cimport app"}) == "python3");
  CHECK(name_by({"python3", "-mapp"}) == "app");
  CHECK(name_by({"python3", "-um", "app", "x.py"}) == "app");
  CHECK(name_by({"python3", "-Xdev", "-bX", "utf8", "app.py"}) == "app");
  CHECK(name_by({"python3", "-Wc", "--check-hash-based-pycs", "always", "app.py"}) == "app");
  CHECK(name_by({"python3", "-", "app.py"}) == "python3");
  CHECK(name_by({"python3", "-m"}) == "python3");
  CHECK(name_by({"python3"}) == "python3");
  CHECK(name_by({"gunicorn", "-mapp"}) == "gunicorn");
}

TEST_CASE("a long command line is cut between characters") {
  CHECK(shortened({"a", "b"}) == "a b");
  CHECK(shortened({std::string(80, 'x')}) == std::string(80, 'x'));
  CHECK(shortened({std::string(79, 'x') + "\xc3\xa4" + "y"}) == std::string(79, 'x') + "...");
}

}  // namespace
}  // namespace heapsnap
