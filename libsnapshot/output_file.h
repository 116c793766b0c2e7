// OutputFile is a file that has its name only once it is whole.
//
//     Result<OutputFile> out = OutputFile::create(path);
//     out->write(...);
//     out->commit();       // from here on it stands under `path`, replacing what was there
//
// Until then it lies beside its place under a temporary name, readable by its owner only (as it
// stays); without commit() it is removed. A path that names something other than a regular file
// (/dev/stdout, a pipe) is written in place, and so is "-", the standard output.
#pragma once

#include <string>

#include "libsnapshot/sink.h"

namespace heapsnap {

class OutputFile : public Sink {
 public:
  [[nodiscard]] static Result<OutputFile> create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile() override;

  // A full disk is an error of the code kCapture, as is every other failure here.
  Result<void> write(std::span<const std::uint8_t> bytes) override;
  [[nodiscard]] Result<void> commit();

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }

 private:
  OutputFile(std::string path, std::string temporary, int fd);

  std::string path_;
  std::string temporary_;  // empty: written in place
  int fd_;
  std::uint64_t size_ = 0;
};

}  // namespace heapsnap
