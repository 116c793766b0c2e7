#include "libanalysis/allocated_at.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "libanalysis/classifiers/set_kinds.h"

namespace heapsnap {
namespace {

bool is_file(const Graph& graph, std::string_view name) {
  return std::ranges::any_of(graph.sites().subspan(1), [name](const SourceLine& site) {
    return site.file == name;
  });
}

// Whether the name is this file's, or that of what stands behind one of its slashes.
bool is_called(std::string_view file, const Glob& name) {
  while (!name.matches(file)) {
    const std::size_t slash = file.find('/');
    if (slash == file.npos) return false;
    file.remove_prefix(slash + 1);
  }
  return true;
}

bool has_line(const AllocatedAt& at, std::uint32_t line) {
  return (!at.first_line || *at.first_line <= line) && (!at.last_line || line <= *at.last_line);
}

// Whole names, and what stands behind the last slash.
std::vector<std::string> names_of_files(const Graph& graph) {
  std::vector<std::string> names;
  for (const SourceLine& site : graph.sites().subspan(1)) {
    names.push_back(site.file.substr(site.file.rfind('/') + 1));
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

std::string site_text(const Graph& graph, SiteId site) {
  if (site == kNoSite) return "unknown";
  const SourceLine& at = graph.sites()[site];
  return fmt::format("{}:{}", at.file, at.line);
}

Result<std::vector<bool>> sites_at(const Graph& graph, const AllocatedAt& at) {
  if (!graph.has_sites()) return no_allocation_sites(graph);
  const bool whole = at.file.is_plain() && is_file(graph, at.file.pieces.front());
  std::vector<bool> means(graph.sites().size());
  bool occurs = false;
  for (SiteId id = kNoSite + 1; id < means.size(); ++id) {
    const SourceLine& site = graph.sites()[id];
    const bool called = whole ? at.file.matches(site.file) : is_called(site.file, at.file);
    occurs |= called;
    means[id] = called && has_line(at, site.line);
  }
  if (occurs || !at.file.is_plain()) return means;
  return no_such_name("alloc", at.file, names_of_files(graph));
}

tl::unexpected<Error> no_allocation_sites(const Graph& graph) {
  const std::string_view why = graph.provenance().text("allocations_missing");
  return failure(ErrorCode::kUsage,
                 fmt::format("this snapshot does not say where objects were allocated{}{}{}: try a "
                             "capture of `python -X tracemalloc`",
                             why.empty() ? "" : " (", why, why.empty() ? "" : ")"));
}

}  // namespace heapsnap
