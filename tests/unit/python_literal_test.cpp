#include "libanalysis/python_literal.h"

#include <catch2/catch.hpp>

namespace heapsnap {
namespace {

TEST_CASE("strings are quoted as repr() does it") {
  CHECK(quoted("") == "''");
  CHECK(quoted("it's") == "\"it's\"");
  CHECK(quoted("'\"") == "'\\'\"'");
  CHECK(quoted("a\tb\n\\") == "'a\\tb\\n\\\\'");
  CHECK(quoted(std::string_view("\0\x7F", 2)) == "'\\x00\\x7f'");
  CHECK(quoted("\xC2\xA0\xC3\xA9") == "'\\xa0\xC3\xA9'");  // no-break space, e acute
  CHECK(quoted("\xED\xA0\x80") == "'\\ud800'");            // lone surrogate
  CHECK(quoted("\xE2\x80\xA8\xE4\xB8\xAD") == "'\\u2028\xE4\xB8\xAD'");
  CHECK(quoted("\xF0\x9F\x98\x80\xF3\xA0\x80\x81") == "'\xF0\x9F\x98\x80\\U000e0001'");
  CHECK(quoted("\xFF\xC3") == "'\\xff\\xc3'");  // no UTF-8
}

TEST_CASE("bytes are quoted as repr() does it") {
  CHECK(quoted_bytes("a'\n\x80") == "\"a'\\n\\x80\"");
  CHECK(quoted_bytes("'\"") == "'\\'\"'");
}

TEST_CASE("floats are written as repr() does it") {
  CHECK(python_float(0) == "0.0");
  CHECK(python_float(-0.0) == "-0.0");
  CHECK(python_float(0.1) == "0.1");
  CHECK(python_float(3) == "3.0");
  CHECK(python_float(1e15) == "1000000000000000.0");
  CHECK(python_float(1e16) == "1e+16");
  CHECK(python_float(0.0001) == "0.0001");
  CHECK(python_float(0.00001) == "1e-05");
  CHECK(python_float(-2.5e-300) == "-2.5e-300");
  CHECK(python_float(1.0 / 0.0) == "inf");
  CHECK(python_float(-1.0 / 0.0) == "-inf");
  CHECK(python_float(0.0 / 0.0) == "nan");
}

TEST_CASE("code points are counted, not bytes") {
  CHECK(code_points("a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80") == 4);
}

}  // namespace
}  // namespace heapsnap
