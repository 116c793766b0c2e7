// The words, names, labels and numbers of a selector's text, one after the other.
//
// It reads straight on: the first mistake is remembered, with its place, and the reader stands at
// the end from then on. Ask failed() once, when all is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libanalysis/glob.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class SelectorScanner {
 public:
  // `what` the text is: a selector, a classifier.
  SelectorScanner(std::string_view what, std::string_view text) : what_(what), text_(text) {}

  bool failed() const { return error_.has_value(); }
  Error error() const { return *error_; }
  // Complains of what stands at a place; only the first complaint counts.
  void fail(std::size_t at, std::string message);
  void fail(std::string message) { fail(at_, std::move(message)); }

  std::size_t at() const { return at_; }
  bool at_end() const { return at_ == text_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void skip_blanks();
  // Skips the text, and blanks before it, if it comes next.
  bool accept(std::string_view text);
  void expect(std::string_view text, std::string_view where);

  // Whether the character stands right behind the partner of the parenthesis that comes next.
  bool closes_before(char c) const;

  // Letters, digits, '-' and '_'; empty if something else comes next.
  std::string_view peek_word() const;
  std::string_view word();
  // The sign or the word of a binary operator between blanks: one of & | - and or minus. It is
  // read if it is one of `wanted`, separated by blanks.
  std::string_view accept_operator(std::string_view wanted);

  // A name: bare up to the next blank, quote or operator character (or `end`), or quoted.
  Glob name(char end = ' ');
  // A label as paths print it, bare or quoted.
  Glob label();
  std::uint64_t number();  // with a factor k, M or G
  std::uint64_t address();
  std::optional<std::uint64_t> digits();  // none: there are none

 private:
  void expect_name(std::size_t begin, std::string_view what);
  Glob quoted();
  void escape(Glob& name);
  void add_code(Glob& name, std::size_t digits);
  std::string_view peek_operator(std::size_t& end) const;

  std::string_view what_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<Error> error_ = {};
};

// So many characters at the front are a bare name, or a bare label.
std::size_t bare_name_length(std::string_view text);
std::size_t bare_label_length(std::string_view text);

// As they are written in a selector: bare if that reads back the same, or quoted.
std::string name_text(const Glob& name);
// Why that is no label, and what may have been meant.
std::string no_label(std::string_view text);
std::string label_glob_text(const Glob& label);

}  // namespace heapsnap
