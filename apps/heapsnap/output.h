// Output is where an answer goes: standard output, or a new file.
//
// A new file has its name only once it is whole and on the disk (libsnapshot/new_file.h): if
// finish() is never reached, nothing is left. Pipes and devices are written directly.
// A reader that closes the pipe is no error: what is written afterwards is dropped.
//
//     Result<Output> out = Output::open("types.json", Overwrite::kNo);
//     out->write(text);
//     Result<void> written = out->finish();   // the first error of all, if there was one
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libsnapshot/new_file.h"
#include "libsnapshot/result.h"

namespace heapsnap {

class Output {
 public:
  // "-" is standard output. Errors are kUsage: exists, not writable, no such folder.
  static Result<Output> open(const std::string& path, Overwrite overwrite);

  Output(Output&& other) noexcept;
  Output& operator=(Output&&) = delete;
  ~Output();

  // False: nothing more can be written, since the disk is full or the reader has gone.
  bool write(std::string_view text);
  Result<void> finish();

  int descriptor() const { return fd_; }

 private:
  Output(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  bool flush();

  int fd_ = -1;
  std::string path_;
  std::optional<NewFile> file_;  // that fd_ is of; none: written directly
  Overwrite overwrite_ = Overwrite::kNo;
  std::string pending_;
  int error_ = 0;          // errno of the first write that failed
};

}  // namespace heapsnap
