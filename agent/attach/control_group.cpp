#include "agent/attach/control_group.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "agent/attach/proc_files.h"

namespace heapsnap {
namespace {

// A group as its files are reached: by the root of one who sees it.
struct SeenGroup {
  pid_t by = 0;
  GroupFolder folder = {};

  std::string text(std::string_view file) const {
    const auto read =
        read_proc(by, fmt::format("root{}{}/{}", folder.mount, folder.group, file));
    return read.value_or("");
  }
};

// One version's names for the same things.
struct MemoryFiles {
  std::string_view controller, limit, usage;
  std::string_view given_back[2];  // lines of memory.stat
};
constexpr MemoryFiles kMemoryFiles[] = {
    {"", "memory.max", "memory.current", {"inactive_file", "active_file"}},
    {"memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
     {"total_inactive_file", "total_active_file"}},
};

// Takes the text up to a separator, and that too.
std::string_view cut(std::string_view& text, std::string_view separator) {
  const std::size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + separator.size());
  return part;
}

bool has_item(std::string_view list, std::string_view item) {
  while (!list.empty()) {
    if (cut(list, ",") == item) return true;
  }
  return false;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc()) return std::nullopt;
  return value;
}

// The value of a line "NAME VALUE".
std::string_view value_of(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    std::string_view line = cut(text, "\n");
    if (cut(line, " ") == name) return line;
  }
  return {};
}

// "NUMBER:CONTROLLERS:PATH"; of version 2 "0::PATH".
std::string_view path_in(std::string_view groups, std::string_view controller) {
  while (!groups.empty()) {
    std::string_view line = cut(groups, "\n");
    const std::string_view hierarchy = cut(line, ":"), controllers = cut(line, ":");
    if (controller.empty() ? hierarchy == "0" : has_item(controllers, controller)) return line;
  }
  return {};
}

// "ID PARENT DEVICE ROOT MOUNT OPTIONS ... - TYPE SOURCE OPTIONS"
std::optional<GroupFolder> group_at(std::string_view mount, std::string_view path,
                                    std::string_view controller) {
  std::string_view place = cut(mount, " - ");
  const std::string_view type = cut(mount, " ");
  cut(mount, " ");
  const bool fits = controller.empty() ? type == "cgroup2"
                                       : type == "cgroup" && has_item(mount, controller);
  if (!fits) return std::nullopt;
  for (int i = 0; i < 3; ++i) cut(place, " ");
  std::string_view root = cut(place, " ");
  const std::string_view folder = cut(place, " ");
  if (root == "/") root = {};
  if (path == "/") path = {};
  if (!path.starts_with(root)) return std::nullopt;
  path.remove_prefix(root.size());
  if (!path.empty() && (path[0] != '/' || path.starts_with("/.."))) return std::nullopt;
  return GroupFolder{std::string(folder), std::string(path)};
}

std::optional<SeenGroup> group_of(pid_t pid, std::string_view controller) {
  const auto groups = read_proc(pid, "cgroup");
  if (!groups) return std::nullopt;
  for (const pid_t by : {getpid(), pid}) {
    const auto mounts = read_proc(by, "mountinfo");
    if (!mounts) continue;
    if (auto folder = find_group(*mounts, *groups, controller)) return SeenGroup{by, *folder};
  }
  return std::nullopt;
}

// Not below none, as a group may have more than its limit for a moment.
std::optional<std::uint64_t> room_in(const SeenGroup& group, const MemoryFiles& files) {
  const auto limit = number(group.text(files.limit)), usage = number(group.text(files.usage));
  if (!limit || !usage) return std::nullopt;
  const std::string told = group.text("memory.stat");
  std::uint64_t given_back = 0;
  for (const std::string_view line : files.given_back) {
    given_back += number(value_of(told, line)).value_or(0);
  }
  const std::uint64_t in_use = *usage - std::min(*usage, given_back);
  return *limit - std::min(*limit, in_use);
}

void take_room(pid_t pid, const MemoryFiles& files, std::optional<std::uint64_t>& room) {
  auto group = group_of(pid, files.controller);
  while (group) {
    if (const auto here = room_in(*group, files); here && (!room || *here < *room)) room = here;
    const std::size_t end = group->folder.group.rfind('/');
    if (end == std::string::npos) return;
    group->folder.group.resize(end);
  }
}

// Both hold for groups below the one that was told to freeze.
bool is_frozen(pid_t pid) {
  const auto newer = group_of(pid, "");
  if (newer && value_of(newer->text("cgroup.events"), "frozen") == "1") return true;
  const auto older = group_of(pid, "freezer");
  return older && older->text("freezer.state").starts_with("FR");  // FROZEN, FREEZING
}

}  // namespace

std::optional<GroupFolder> find_group(std::string_view mounts, std::string_view groups,
                                      std::string_view controller) {
  const std::string_view path = path_in(groups, controller);
  while (!mounts.empty() && !path.empty()) {
    if (auto found = group_at(cut(mounts, "\n"), path, controller)) return found;
  }
  return std::nullopt;
}

Result<void> check_frozen(pid_t pid) {
  if (!is_frozen(pid)) return {};
  return failure(ErrorCode::kCapture,
                 fmt::format("process {} is frozen (its container is paused): resume it", pid));
}

std::optional<std::uint64_t> memory_room(pid_t pid) {
  std::optional<std::uint64_t> room;
  for (const MemoryFiles& files : kMemoryFiles) take_room(pid, files, room);
  return room;
}

Result<void> check_memory_room(pid_t pid) {
  const auto room = memory_room(pid);
  const auto status = status_of(pid);
  const auto maps = maps_of(pid);
  if (!room || !status || !maps) return {};
  constexpr std::uint64_t kMapping = 512;  // what the kernel keeps of one
  constexpr std::uint64_t kWalker = std::uint64_t{4} << 20;
  const std::uint64_t least = status->page_tables + maps->size() * kMapping + kWalker;
  if (*room >= least) return {};
  return failure(ErrorCode::kCapture,
                 fmt::format("process {} may have {} KiB more memory (limit of its control group), "
                             "and a copy needs {} KiB at least: try --method read, or raise the "
                             "limit",
                             pid, *room >> 10, least >> 10));
}

}  // namespace heapsnap
