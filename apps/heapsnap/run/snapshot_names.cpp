#include "apps/heapsnap/run/snapshot_names.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace heapsnap {
namespace {

constexpr std::size_t kFewNames = 1000;       // need no looking through
constexpr std::size_t kMostProcesses = 4096;  // whose last name is known

}  // namespace

SnapshotNames::SnapshotNames(NameTemplate name, std::size_t keep, bool force)
    : name_(std::move(name)),
      keep_(keep),
      force_(force),
      host_(host_name()),
      next_look_(kFewNames) {}

std::string SnapshotNames::folder() const { return folder_of(name_.expand({.host = host_})); }

// Files of this run are never replaced, others only if that was asked for.
bool SnapshotNames::give(NewFile& file, const std::string& path) {
  if (given_.contains(path)) {
    errno = EEXIST;
    return false;
  }
  return file.publish(path, force_ ? Overwrite::kYes : Overwrite::kNo);
}

Result<Published> SnapshotNames::publish(NewFile& file, pid_t pid, std::uint64_t time_ns) {
  const std::lock_guard lock(mutex_);
  const NameFacts facts{.pid = pid,
                        .time = static_cast<std::int64_t>(time_ns / 1'000'000'000),
                        .number = ++number_,
                        .host = host_};
  Result<std::string> path = name(facts, file);
  if (!path) return tl::unexpected(path.error());
  if (force_) remember(*path);
  Published published{.path = *std::move(path)};
  if (keep_ == 0) return published;
  const auto kept = kept_.try_emplace(pid, KeepLimits{.count = keep_}).first;
  published.warnings = kept->second.add(published.path).warnings;
  return published;
}

Result<std::string> SnapshotNames::name(NameFacts facts, NewFile& file) {
  const std::string wanted = name_.expand(facts);
  std::string& last = last_wanted(name_.has('p') ? facts.pid : 0);
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

// A program may start processes without end. Of one that is forgotten, a name whose file has gone
// may come back.
std::string& SnapshotNames::last_wanted(std::int64_t pid) {
  if (wanted_.size() >= kMostProcesses && !wanted_.contains(pid)) wanted_.clear();
  return wanted_[pid];
}

// A name without a file replaces nothing when it is given again.
void SnapshotNames::remember(const std::string& path) {
  given_.insert(path);
  if (given_.size() < next_look_) return;
  std::erase_if(given_, [](const std::string& name) { return access(name.c_str(), F_OK) != 0; });
  next_look_ = std::max(kFewNames, 2 * given_.size());
}

}  // namespace heapsnap
