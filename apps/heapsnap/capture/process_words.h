// The words of a process's command line, and what to call the process by them.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "libanalysis/glob.h"

namespace heapsnap {

// Of a text with a zero after each word, as /proc/PID/cmdline.
std::vector<std::string> split_words(std::string_view text);

std::vector<std::string> words_of(pid_t pid);  // none if they cannot be read

// "app" of `python app.py`, for the names of files; "python" if there is nothing to go by.
std::string name_by(const std::vector<std::string>& words);

// Whether a process is meant by a pattern: that of its name, as above, or of its whole command line
// with blanks between the words.
bool is_called(const std::vector<std::string>& words, const Glob& pattern);

// The command line with blanks between the words, shortened for a table.
std::string shortened(const std::vector<std::string>& words);

}  // namespace heapsnap
