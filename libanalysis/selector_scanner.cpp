#include "libanalysis/selector_scanner.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "libanalysis/python_literal.h"

namespace heapsnap {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
// What ends a bare name.
constexpr std::string_view kSpecial = " \t\r\n'\"\\&|!(),;{}=";
// What ends a bare label outside of brackets.
constexpr std::string_view kEndsLabel = " \t\r\n'\"&|!(),;{}=";

bool is_blank(char c) { return kBlanks.find(c) != kBlanks.npos; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_quote(char c) { return c == '\'' || c == '"'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '_';
}

// What lies between the quotes at the front, these included; 0: they do not close.
std::size_t quoted_length(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text[0]) {
      return i + 1;
    }
  }
  return 0;
}

// From the bracket at the front to its partner; quoted text is passed over. 0: it does not close.
std::size_t bracketed_length(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == ']') return i + 1;
    if (!is_quote(text[i])) continue;
    const std::size_t length = quoted_length(text.substr(i));
    if (length == 0) return 0;
    i += length - 1;
  }
  return 0;
}

bool is_index(std::string_view text) {
  return text == "*" || (!text.empty() && std::ranges::all_of(text, is_digit));
}

// {0}, <stack 1>, <+0x40>, <ref>: what the label of an edge without a name is. 0: none.
std::size_t numbered_length(std::string_view text) {
  const std::size_t end = text.find(text[0] == '{' ? '}' : '>');
  if (end == text.npos) return 0;
  const std::string_view inside = text.substr(1, end - 1);
  if (text[0] == '{') return is_index(inside) ? end + 1 : 0;
  if (inside == "ref") return end + 1;
  if (inside.starts_with("stack ")) return is_index(inside.substr(6)) ? end + 1 : 0;
  const bool is_offset = inside.starts_with("+0x") && std::ranges::all_of(inside.substr(3), is_word);
  return is_offset ? end + 1 : 0;
}

// A part of a label that holds what would end it elsewhere: ['k'] {0} <stack 1> (). 0: none.
std::size_t closed_length(std::string_view text) {
  if (text[0] == '[') return bracketed_length(text);
  if (text.starts_with("()")) return 2;
  return text[0] == '{' || text[0] == '<' ? numbered_length(text) : 0;
}

std::string joined(const Glob& glob) {
  std::string text = glob.pieces.front();
  for (std::size_t i = 1; i < glob.pieces.size(); ++i) text += '*' + glob.pieces[i];
  return text;
}

// Whether it begins as labels do: .attr ['k'] {0} <stack 1> ->field f0 (a frame of a thread).
bool may_be_label(const Glob& glob) {
  const std::string& first = glob.pieces.front();
  if (first.empty()) return !glob.is_plain();
  if (first[0] == 'f' && (first.size() > 1 || !glob.is_plain())) {
    return std::ranges::all_of(first.substr(1), is_digit);
  }
  return std::string_view(".[{<").find(first[0]) != std::string_view::npos ||
         first.starts_with("->") || (first == "-" && !glob.is_plain());
}

// A character that has no two-letter escape and cannot be printed, or a byte that is no UTF-8.
std::string numeric_escape(const FirstCharacter& character, char byte) {
  if (character.size <= 1) return fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  return character.value < 0x10000 ? fmt::format("\\u{:04x}", character.value)
                                   : fmt::format("\\U{:08x}", character.value);
}

std::string quoted_text(const Glob& glob, char quote) {
  std::string text(1, quote);
  for (std::size_t i = 0; i < glob.pieces.size(); ++i) {
    if (i > 0) text += '*';
    for (std::string_view rest = glob.pieces[i]; !rest.empty();) {
      const FirstCharacter first = first_character(rest);
      const char c = rest[0];
      if (c == '\n') {
        text += "\\n";
      } else if (c == '\t') {
        text += "\\t";
      } else if (!first.printable) {
        text += numeric_escape(first, c);
      } else {
        if (c == quote || c == '\\' || c == '*') text += '\\';
        text += rest.substr(0, first.size);
      }
      rest.remove_prefix(std::max<std::size_t>(first.size, 1));
    }
  }
  return text += quote;
}

// As repr() sees it: nothing of it would be lost or mistaken on a screen.
bool is_printable(std::string_view text) {
  while (!text.empty()) {
    const FirstCharacter first = first_character(text);
    if (!first.printable) return false;
    text.remove_prefix(first.size);
  }
  return true;
}

std::string glob_text(const Glob& glob, std::size_t (*bare_length)(std::string_view)) {
  const std::string text = joined(glob);
  const bool bare = !text.empty() && bare_length(text) == text.size() &&
                    with_wildcards(text) == glob && is_printable(text);
  if (bare) return text;
  const bool has_single = text.find('\'') != text.npos;
  return quoted_text(glob, has_single && text.find('"') == text.npos ? '"' : '\'');
}

}  // namespace

std::size_t bare_name_length(std::string_view text) {
  const auto ends = [](char c) { return kSpecial.find(c) != kSpecial.npos || is_control(c); };
  return static_cast<std::size_t>(std::ranges::find_if(text, ends) - text.begin());
}

std::size_t bare_label_length(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (const std::size_t closed = closed_length(text.substr(at)); closed != 0) {
      at += closed;
    } else if (c == '[' || is_control(c) || kEndsLabel.find(c) != kEndsLabel.npos) {
      break;
    } else {
      ++at;
    }
  }
  return at;
}

std::string no_label(std::string_view text) {
  const bool is_attribute = !text.empty() && std::ranges::all_of(text, [](char c) {
    return (is_word(c) && c != '-') || c == '*' || static_cast<unsigned char>(c) >= 0x80;
  });
  if (!is_attribute) {
    return fmt::format("'{}' is no label; expected one as paths print it, such as .attr, ['key'], "
                       "[3] or [*]", text);
  }
  const bool is_number = std::ranges::all_of(text, is_digit);
  return is_number ? fmt::format("'{0}' is no label, did you mean '[{0}]'?", text)
                   : fmt::format("'{0}' is no label, did you mean '.{0}'?", text);
}

std::string name_text(const Glob& name) { return glob_text(name, bare_name_length); }
std::string label_glob_text(const Glob& label) { return glob_text(label, bare_label_length); }

void SelectorScanner::fail(std::size_t at, std::string message) {
  if (!error_) {
    error_ = Error{ErrorCode::kUsage,
                   fmt::format("{} '{}', character {}: {}", what_, text_, at + 1, message)};
  }
  at_ = text_.size();
}

void SelectorScanner::skip_blanks() {
  while (!at_end() && is_blank(text_[at_])) ++at_;
}

bool SelectorScanner::accept(std::string_view text) {
  const std::size_t before = at_;
  skip_blanks();
  if (text_.substr(at_).starts_with(text)) {
    at_ += text.size();
    return true;
  }
  at_ = before;
  return false;
}

void SelectorScanner::expect(std::string_view text, std::string_view where) {
  if (!accept(text)) fail(fmt::format("expected {} {}", text, where));
}

bool SelectorScanner::closes_before(char c) const {
  int open = 0;
  for (std::size_t at = at_; at < text_.size(); ++at) {
    if (is_quote(text_[at])) {
      const std::size_t length = quoted_length(text_.substr(at));
      if (length == 0) return false;
      at += length - 1;
    } else if (text_[at] == '(') {
      ++open;
    } else if (text_[at] == ')' && --open == 0) {
      return at + 1 < text_.size() && text_[at + 1] == c;
    }
  }
  return false;
}

std::string_view SelectorScanner::peek_word() const {
  std::size_t end = at_;
  while (end < text_.size() && is_word(text_[end])) ++end;
  return text_.substr(at_, end - at_);
}

std::string_view SelectorScanner::word() {
  const std::string_view found = peek_word();
  at_ += found.size();
  return found;
}

// The operator that comes next, by its sign, and where it ends.
std::string_view SelectorScanner::peek_operator(std::size_t& end) const {
  SelectorScanner ahead = *this;
  ahead.skip_blanks();
  const char c = ahead.peek();
  end = ahead.at() + 1;
  if (c == '&') return "&";
  if (c == '|') return "|";
  const std::string_view word = ahead.peek_word();
  end = ahead.at() + word.size();
  if (word == "-" || word == "minus") return "-";
  if (word == "and") return "&";
  return word == "or" ? "|" : "";
}

std::string_view SelectorScanner::accept_operator(std::string_view wanted) {
  std::size_t end = 0;
  const std::string_view sign = peek_operator(end);
  if (sign.empty() || wanted.find(sign) == wanted.npos) return "";
  const bool separate = is_blank(peek()) && end < text_.size() && is_blank(text_[end]);
  if (!separate) {
    skip_blanks();
    fail(fmt::format("expected blanks on both sides of {}", sign));
    return "";
  }
  at_ = end;
  return sign;
}

void SelectorScanner::expect_name(std::size_t begin, std::string_view what) {
  if (at_ == begin) fail(fmt::format("expected {}", what));
}

Glob SelectorScanner::name(char end) {
  if (is_quote(peek())) return quoted();
  const std::size_t begin = at_;
  const std::string_view rest = text_.substr(at_);
  at_ += bare_name_length(rest.substr(0, rest.find(end)));
  const Glob name = with_wildcards(text_.substr(begin, at_ - begin));
  expect_name(begin, "a name");
  return name;
}

Glob SelectorScanner::label() {
  const std::size_t begin = at_;
  Glob label;
  if (is_quote(peek())) {
    label = quoted();
  } else {
    at_ += bare_label_length(text_.substr(at_));
    label = with_wildcards(text_.substr(begin, at_ - begin));
    expect_name(begin, "a label such as .attr, ['key'] or [3]");
  }
  if (!failed() && !may_be_label(label)) fail(begin, no_label(joined(label)));
  return label;
}

Glob SelectorScanner::quoted() {
  const std::size_t begin = at_;
  const char quote = text_[at_++];
  Glob name;
  while (!at_end() && peek() != quote) {
    const char c = text_[at_++];
    if (c == '\\') {
      escape(name);
    } else if (c == '*') {
      name.add_wildcard();
    } else {
      name.add(c);
    }
  }
  if (at_end()) {
    fail(begin, "this quote is not closed");
  } else {
    ++at_;
  }
  return name;
}

void SelectorScanner::escape(Glob& name) {
  const char c = peek();
  if (!at_end()) ++at_;
  if (c == 'n') return name.add('\n');
  if (c == 't') return name.add('\t');
  if (c == 'x') return add_code(name, 2);
  if (c == 'u') return add_code(name, 4);
  if (c == 'U') return add_code(name, 8);
  name.add(c);
}

// Two digits are a byte, more a character, which may be a lone surrogate.
void SelectorScanner::add_code(Glob& name, std::size_t digits) {
  std::uint32_t code = 0;
  const std::string_view hex = text_.substr(at_, digits);
  const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
  if (error != std::errc() || hex.size() != digits || end != hex.data() + digits) {
    return fail(fmt::format("expected {} hexadecimal digits behind \\{}", digits, text_[at_ - 1]));
  }
  at_ += digits;
  if (digits == 2) return name.add(static_cast<char>(code));
  if (code > 0x10FFFF) return fail("no character has a number beyond \\U0010ffff");
  for (const char byte : utf8(code)) name.add(byte);
}

std::optional<std::uint64_t> SelectorScanner::digits() {
  std::uint64_t value = 0;
  const std::string_view rest = text_.substr(at_);
  if (rest.empty() || !is_digit(rest[0])) return std::nullopt;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error != std::errc()) fail("this number is too large");
  if (!failed()) at_ += static_cast<std::size_t>(end - rest.data());
  return value;
}

std::uint64_t SelectorScanner::number() {
  const std::size_t begin = at_;
  const std::optional<std::uint64_t> value = digits();
  if (!value) fail("expected a number, with k, M or G if it is large");
  if (failed()) return 0;
  const std::string_view unit = word();
  const int shift = unit.empty() ? 0 : unit == "k" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : -1;
  if (shift < 0) fail(begin, "expected a number, with k, M or G if it is large");
  if (shift > 0 && *value > UINT64_MAX >> shift) fail(begin, "this number is too large");
  return failed() ? 0 : *value << shift;
}

std::uint64_t SelectorScanner::address() {
  const std::size_t begin = at_;
  const bool prefixed = text_.substr(at_).starts_with("@0x") || text_.substr(at_).starts_with("@0X");
  const std::string_view hex = text_.substr(std::min(at_ + 3, text_.size()));
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
  if (!prefixed || error != std::errc()) {
    fail(begin, "expected an address such as @0x7f21a0c3d40");
    return 0;
  }
  at_ = static_cast<std::size_t>(end - text_.data());
  if (is_word(peek())) fail(begin, "expected an address such as @0x7f21a0c3d40");
  return value;
}

}  // namespace heapsnap
