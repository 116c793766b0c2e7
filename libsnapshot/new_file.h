// NewFile is a file that gets its name when it is whole. Until then it has none: whatever becomes
// of the writer, a signal, a full disk, a crash, nothing of it is left.
//
//     std::optional<NewFile> file = NewFile::create(folder_of(path));
//     file->write(...);
//     if (!file->sync() || !file->publish(path, Overwrite::kNo)) ...
//
// What returns nothing or false has left the reason in errno.
//
// It is readable by its owner only. On a file system that has no files without names (NFS, FAT)
// it has the hidden name `.heapsnap.PID-N` in its folder, which a writer that is killed leaves.
#pragma once

#include <unistd.h>

#include <optional>
#include <string>

#include "libsnapshot/sink.h"

namespace heapsnap {

enum class Overwrite { kNo, kYes };

class NewFile : public Sink {
 public:
  // In the folder, which ends with a slash or is empty: the current one.
  [[nodiscard]] static std::optional<NewFile> create(const std::string& folder);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile() override;

  int fd() const { return fd_; }

  // A full disk is an error of the code kCapture, as is every other failure.
  Result<void> write(std::span<const std::uint8_t> bytes) override;

  // Waits until the contents are on the disk. Some file systems say only now that it is full.
  [[nodiscard]] bool sync() { return ::fsync(fd_) == 0; }

  // Gives the file a name in its folder. Without overwriting it fails with EEXIST if the name is
  // taken, and another one can be tried; with it, only what is an ordinary file is replaced
  // (ENOTSUP).
  [[nodiscard]] bool publish(const std::string& path, Overwrite overwrite);

 private:
  NewFile(std::string folder, std::string temporary, int fd);
  bool link_to_temporary();

  std::string folder_;
  std::string temporary_;  // its name for now; empty: it has none
  int fd_;
};

// The path up to its last slash, and that.
std::string folder_of(const std::string& path);

}  // namespace heapsnap
