#include "apps/heapsnap/run/distributions.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

namespace heapsnap {
namespace {

constexpr std::size_t kMaxFolders = 4096;    // looked at in a run
constexpr std::size_t kMaxEntries = 20000;   // of one folder
constexpr std::size_t kMaxFile = 4u << 20;   // bytes of one file
constexpr int kNamespaceDepth = 3;           // folders without __init__.py above a package

std::string parent(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(path.substr(0, slash == path.npos ? 0 : slash));
}

std::string last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == path.npos ? path : path.substr(slash + 1));
}

std::string module_name(std::string_view file_name) {
  return std::string(file_name.substr(0, file_name.find('.')));
}

// The beginning of a file; empty if it cannot be read.
std::string read_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return {};
  std::string text;
  char piece[16384];
  ssize_t got = 0;
  while (text.size() < kMaxFile && (got = read(fd, piece, sizeof piece)) > 0) {
    text.append(piece, std::min(static_cast<std::size_t>(got), kMaxFile - text.size()));
  }
  close(fd);
  return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines.push_back(line);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return lines;
}

// The value of a line "Name: value" in the head of a METADATA or PKG-INFO file.
std::string header(const std::vector<std::string_view>& lines, std::string_view name) {
  for (const std::string_view line : lines) {
    if (line.starts_with(name)) return std::string(line.substr(name.size()));
  }
  return {};
}

// The top-level modules and packages among the installed files that RECORD lists.
std::set<std::string> top_levels_of_record(std::string_view record) {
  std::set<std::string> names;
  for (const std::string_view line : lines_of(record)) {
    const std::string_view path = line.substr(0, line.find(','));
    const std::string_view first = path.substr(0, path.find('/'));
    const bool is_file = first.size() == path.size();
    const bool is_module = path.ends_with(".py") || path.ends_with(".so");
    if (is_file ? is_module : first.find('.') == first.npos) names.insert(module_name(first));
  }
  return names;
}

// What the dist-info or egg-info folder says; a record for each top-level name.
std::vector<DistributionRecord> read_distribution(const std::string& folder) {
  std::string metadata = read_file(folder + "/METADATA");
  if (metadata.empty()) metadata = read_file(folder + "/PKG-INFO");
  const auto lines = lines_of(metadata);
  const std::string name = header(lines, "Name: ");
  const std::string version = header(lines, "Version: ");
  if (name.empty()) return {};

  std::set<std::string> names;
  const std::string listed = read_file(folder + "/top_level.txt");
  for (const std::string_view line : lines_of(listed)) names.insert(std::string(line));
  if (names.empty()) names = top_levels_of_record(read_file(folder + "/RECORD"));

  std::vector<DistributionRecord> records;
  for (const std::string& top_level : names) {
    records.push_back({.top_level = top_level, .name = name, .version = version});
  }
  return records;
}

std::vector<std::string> metadata_folders(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(folder.c_str()), closedir);
  std::vector<std::string> found;
  if (stream == nullptr) return found;
  for (std::size_t i = 0; i < kMaxEntries; ++i) {
    const dirent* entry = readdir(stream.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name.ends_with(".dist-info") || name.ends_with(".egg-info")) {
      found.push_back(folder + "/" + std::string(name));
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<DistributionRecord> installed_in(const std::string& folder) {
  std::vector<DistributionRecord> installed;
  for (const std::string& metadata : metadata_folders(folder)) {
    for (DistributionRecord& record : read_distribution(metadata)) {
      installed.push_back(std::move(record));
    }
  }
  return installed;
}

}  // namespace

RootFolder::RootFolder(pid_t pid) {
  struct stat theirs = {};
  struct stat ours = {};
  fd_ = open(("/proc/" + std::to_string(pid) + "/root").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd_ < 0 || fstat(fd_, &theirs) != 0 || stat("/", &ours) != 0) return;
  if (theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino) return;
  path_ = "/proc/self/fd/" + std::to_string(fd_);
  identity_ = std::to_string(theirs.st_dev) + ":" + std::to_string(theirs.st_ino);
}

RootFolder::~RootFolder() {
  if (fd_ >= 0) close(fd_);
}

// Finds the folder in which the file's top-level package or module is installed.
void Distributions::place(const std::string& file, const RootFolder& root, Seen& seen, Used& used) {
  const auto is_package = [&](const std::string& folder) {
    const auto [entry, added] = seen.packages.try_emplace(folder, false);
    if (added) {
      entry->second = access((root.path() + folder + "/__init__.py").c_str(), F_OK) == 0;
    }
    return entry->second;
  };
  const auto has_installed = [&](const std::string& folder) {
    const auto [entry, added] = seen.installed.try_emplace(folder);
    if (added) entry->second = installed_in(root.path() + folder);
    return !entry->second.empty();
  };

  std::string name = module_name(last_part(file));
  std::string folder = parent(file);
  const auto climb = [&] {
    name = last_part(folder);
    folder = parent(folder);
  };
  while (!folder.empty() && is_package(folder)) climb();
  for (int i = 0; i < kNamespaceDepth && !folder.empty() && !has_installed(folder); ++i) climb();
  if (!folder.empty() && has_installed(folder)) used[folder].insert(name);
}

std::vector<DistributionRecord> Distributions::of(const std::set<std::string>& files,
                                                  const RootFolder& root) {
  const std::lock_guard lock(mutex_);
  Seen& seen = seen_[root.identity()];
  Used used;
  for (const std::string& file : files) {
    if (seen.packages.size() + seen.installed.size() > kMaxFolders) break;
    place(file, root, seen, used);
  }
  std::vector<DistributionRecord> records;
  for (const auto& [folder, names] : used) {
    for (const DistributionRecord& record : seen.installed[folder]) {
      if (names.contains(record.top_level)) records.push_back(record);
    }
  }
  return records;
}

}  // namespace heapsnap
