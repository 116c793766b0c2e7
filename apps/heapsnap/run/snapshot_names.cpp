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

SnapshotNames::Ticket SnapshotNames::begin() {
  const std::lock_guard lock(mutex_);
  const std::string path = name_.expand({.host = host_});
  const std::size_t name = path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1;
  ++number_;
  return {number_, fmt::format("{}.heapsnap.{}-{}", path.substr(0, name), getpid(), number_)};
}

// Files of this run are never replaced, others only if that was asked for.
bool SnapshotNames::give(const std::string& temporary, const std::string& path) {
  if (given_.contains(path)) {
    errno = EEXIST;
    return false;
  }
  return force_ ? rename(temporary.c_str(), path.c_str()) == 0 : rename_to_new(temporary, path);
}

Result<std::string> SnapshotNames::publish(const Ticket& ticket, pid_t pid, std::uint64_t time_ns) {
  const std::lock_guard lock(mutex_);
  const NameFacts facts{.pid = pid,
                        .time = static_cast<std::int64_t>(time_ns / 1'000'000'000),
                        .number = ticket.number,
                        .host = host_};
  Result<std::string> path = name(facts, ticket.temporary);
  if (path) keep(*path, pid, time_ns);
  return path;
}

Result<std::string> SnapshotNames::name(NameFacts facts, const std::string& temporary) {
  const std::string wanted = name_.expand(facts);
  std::string& last = wanted_[name_.has('p') ? facts.pid : 0];
  std::string path = wanted == last ? numbered(wanted, facts.number++) : wanted;
  last = wanted;
  while (!give(temporary, path)) {
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
