#include "apps/heapsnap/render/printable.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace heapsnap {
namespace {

TEST_CASE("printable text is left as it is") {
  CHECK(printable("app.Node") == "app.Node");
  CHECK(printable("größe 値 🙂") == "größe 値 🙂");
  CHECK(printable("") == "");
}

TEST_CASE("control characters, surrogates and broken bytes are escaped") {
  CHECK(printable("\t\r\n") == "\\t\\r\\n");
  CHECK(printable(std::string("\0\x7f", 2)) == "\\x00\\x7f");
  CHECK(printable("\xc2\x9b") == "\\x9b");         // a C1 control: starts an escape sequence
  CHECK(printable("\xed\xb2\x80") == "\\udc80");   // WTF-8
  CHECK(printable("\xff") == "\\udcff");           // as Python's surrogateescape has it
  CHECK(printable("a\xc3") == "a\\udcc3");         // cut off
  CHECK(printable("\xc0\x80") == "\\udcc0\\udc80");  // overlong
  CHECK(printable("\xf4\x90\x80\x80") == "\\udcf4\\udc90\\udc80\\udc80");  // beyond Unicode
}

TEST_CASE("characters that show nothing, or turn the line around, are escaped") {
  CHECK(printable("so\u00adft") == "so\\xadft");
  CHECK(printable("a\u202egnp.exe") == "a\\u202egnp.exe");
  CHECK(printable("\u061c\u180e\u200b\u200f\u2028\u2060\u206f\ufeff\ufff9") ==
        "\\u061c\\u180e\\u200b\\u200f\\u2028\\u2060\\u206f\\ufeff\\ufff9");
  CHECK(printable("\U000e0041") == "\\U000e0041");  // a tag: nothing, in any font
  CHECK(printable("\u200a\u2010\u2027\u202f\u2070\ufefe\u00ac") ==
        "\u200a\u2010\u2027\u202f\u2070\ufefe\u00ac");  // their neighbours
}

TEST_CASE("a backslash stays as it is") {
  CHECK(printable("C:\\x1b") == "C:\\x1b");
  CHECK(printable("\\\x1b") == "\\\\x1b");
}

TEST_CASE("a JSON string reads back as the text") {
  for (const std::string text :
       {"plain", "quote \" backslash \\ slash /", "line\nend\ttab", "値 🙂", "a\u202eb\u00ad"}) {
    CHECK(nlohmann::json::parse(json_string(text)).get<std::string>() == text);
  }
  const std::string controls = {'\0', '\x01', '\x1f', '\x7f'};
  CHECK(nlohmann::json::parse(json_string(controls)).get<std::string>() == controls);
}

TEST_CASE("lone surrogates are escapes in JSON") {
  CHECK(json_string("\xed\xa0\xbd") == "\"\\ud83d\"");
  CHECK(json_string("\xff") == "\"\\udcff\"");
}

TEST_CASE("width is in code points") {
  CHECK(text_width("größe") == 5);
  CHECK(text_width("") == 0);
}

TEST_CASE("any bytes give valid text") {
  std::uint32_t state = 1;
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) {
      state = state * 1664525 + 1013904223;
      text += static_cast<char>(state >> 24);
    }
    CHECK_NOTHROW(nlohmann::json(printable(text)).dump());  // which refuses broken UTF-8
  }
}

}  // namespace
}  // namespace heapsnap
