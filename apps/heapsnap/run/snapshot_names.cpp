#include "apps/heapsnap/run/snapshot_names.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace heapsnap {
namespace {

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

// Renames, but not onto a file that exists (errno is EEXIST then).
bool rename_to_new(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  // A file system without that call: a second name, then the first one goes.
  if (link(from.c_str(), to.c_str()) != 0) return false;
  unlink(from.c_str());
  return true;
}

}  // namespace

SnapshotNames::SnapshotNames(NameTemplate name, std::size_t keep, bool force)
    : name_(std::move(name)), keep_(keep), force_(force), host_(host_name()) {}

SnapshotNames::Ticket SnapshotNames::begin(pid_t pid, std::int64_t time) {
  const std::lock_guard lock(mutex_);
  const NameFacts facts{.pid = pid, .time = time, .number = ++number_, .host = host_};
  const std::string path = name_.expand(facts);
  const std::size_t name = path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1;
  return {facts, fmt::format("{}.{}.{}-{}", path.substr(0, name), path.substr(name), getpid(),
                             facts.number)};
}

// Files of this run are never replaced, others only if that was asked for.
bool SnapshotNames::give(const std::string& temporary, const std::string& path) {
  if (given_.contains(path)) {
    errno = EEXIST;
    return false;
  }
  return force_ ? rename(temporary.c_str(), path.c_str()) == 0 : rename_to_new(temporary, path);
}

Result<std::string> SnapshotNames::publish(const Ticket& ticket) {
  const std::lock_guard lock(mutex_);
  NameFacts facts = ticket.facts;
  const std::string wanted = name_.expand(facts);
  std::string path = wanted;
  while (!give(ticket.temporary, path)) {
    if (errno != EEXIST) {
      return failure(ErrorCode::kCapture,
                     fmt::format("cannot give the snapshot its name {}: {}", path,
                                 std::strerror(errno)));
    }
    if (name_.has('n')) {
      facts.number = ++number_;
      path = name_.expand(facts);
    } else {
      path = numbered(wanted, facts.number++);
    }
  }
  given_.insert(path);
  kept_[ticket.facts.pid].push_back(path);
  forget_oldest(ticket.facts.pid);
  return path;
}

void SnapshotNames::forget_oldest(std::int64_t pid) {
  std::deque<std::string>& files = kept_[pid];
  while (keep_ != 0 && files.size() > keep_) {
    unlink(files.front().c_str());
    given_.erase(files.front());
    files.pop_front();
  }
}

}  // namespace heapsnap
