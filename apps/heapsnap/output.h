// Output is where an answer goes: standard output, or a new file.
//
// A new file has mode 0600 and a temporary name beside its own until finish() renames it; if
// that is never reached it is removed. Pipes and devices are written directly.
// A reader that closes the pipe is no error: what is written afterwards is dropped.
//
//     Result<Output> out = Output::open("types.json", Overwrite::kNo);
//     out->write(text);
//     Result<void> written = out->finish();   // the first error of all, if there was one
#pragma once

#include <string>
#include <string_view>

#include "libsnapshot/result.h"

namespace heapsnap {

enum class Overwrite { kNo, kYes };

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
  Output(int fd, std::string path, std::string temporary, Overwrite overwrite);
  bool flush();
  bool rename_to_path() const;

  int fd_ = -1;
  std::string path_;
  std::string temporary_;  // empty: written directly
  Overwrite overwrite_;
  std::string pending_;
  int error_ = 0;          // errno of the first write that failed
};

}  // namespace heapsnap
