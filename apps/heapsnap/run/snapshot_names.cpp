#include "apps/heapsnap/run/snapshot_names.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace heapsnap {
SnapshotNames::SnapshotNames(NameTemplate name, std::size_t keep, bool force)
    : name_(std::move(name)), keep_(keep), force_(force), host_(host_name()) {}

std::string SnapshotNames::folder() const { return folder_of(name_.expand({.host = host_})); }

// Files of this run are never replaced, others only if that was asked for.
bool SnapshotNames::give(NewFile& file, const std::string& path) {
  if (given_.contains(path)) {
    errno = EEXIST;
    return false;
  }
  return file.publish(path, force_ ? Overwrite::kYes : Overwrite::kNo);
}

Result<std::string> SnapshotNames::publish(NewFile& file, pid_t pid, std::uint64_t time_ns) {
  const std::lock_guard lock(mutex_);
  const NameFacts facts{.pid = pid,
                        .time = static_cast<std::int64_t>(time_ns / 1'000'000'000),
                        .number = ++number_,
                        .host = host_};
  Result<std::string> path = name(facts, file);
  if (path) keep(*path, pid, time_ns);
  return path;
}

Result<std::string> SnapshotNames::name(NameFacts facts, NewFile& file) {
  const std::string wanted = name_.expand(facts);
  std::string& last = wanted_[name_.has('p') ? facts.pid : 0];
  std::string path = wanted == last ? numbered(wanted, facts.number++) : wanted;
  last = wanted;
  while (!give(file, path)) {
    if (errno != EEXIST) {
      return failure(ErrorCode::kCapture, fmt::format("cannot give the snapshot its name {}: {}",
                                                      path, std::strerror(errno)));
    }
    if (name_.has('n')) {
      facts.number = ++number_;
      path = name_.expand(facts);
    } else {
      path = numbered(wanted, facts.number++);
    }
  }
  return path;
}

void SnapshotNames::keep(const std::string& path, pid_t pid, std::uint64_t time_ns) {
  given_.insert(path);
  auto& files = kept_[pid];
  files.emplace(time_ns, path);
  while (keep_ != 0 && files.size() > keep_) {
    unlink(files.begin()->second.c_str());
    given_.erase(files.begin()->second);
    files.erase(files.begin());
  }
}

}  // namespace heapsnap
