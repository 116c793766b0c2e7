#include "apps/heapsnap/commands/suspect_table.h"

#include <fmt/format.h>

#include <utility>

#include "apps/heapsnap/render/cell_text.h"
#include "libanalysis/path_text.h"

namespace heapsnap {
namespace {

std::string human(std::uint64_t bytes) { return cell_text(Bytes{bytes}, Sizes::kHuman); }
std::string human_count(std::uint64_t count) { return cell_text(Count{count}, Sizes::kHuman); }

// "50,000 app.Session objects"
std::string objects_text(const Graph& graph, TypeId type, std::uint64_t count) {
  const std::string name = graph.type_name(type);
  return count == 1 ? fmt::format("one {}", name)
                    : fmt::format("{} {} objects", human_count(count), name);
}

// "one dict keeps 29.4 MiB, 85% of the heap: 50,000 app.Session objects with 24.6 MiB of it"
std::string sentence(const Graph& graph, const Suspect& suspect, double share) {
  std::string text = fmt::format("{} {} {}, {:.0f}% of the heap",
                                 objects_text(graph, suspect.type, suspect.count),
                                 suspect.count == 1 ? "keeps" : "keep", human(suspect.retained),
                                 share);
  if (suspect.content_count == 0) return text;
  return text + fmt::format(": {} with {} of it",
                            objects_text(graph, suspect.content, suspect.content_count),
                            human(suspect.content_retained));
}

}  // namespace

Table suspect_table(const Heap& heap, const std::vector<Suspect>& suspects) {
  const Graph& graph = heap.graph();
  const std::uint64_t everything = heap.dominators().retained[graph.root()];
  const PathTexts texts(graph);
  Table table{.name = "suspects", .title = "where memory accumulates", .shape = Shape::kSection,
              .columns = {{.key = "retained", .detail = true}, {"object"},
                          {.key = "type", .detail = true}, {.key = "count", .detail = true},
                          {.key = "holds", .detail = true}, {.key = "holds_count", .detail = true},
                          {.key = "holds_retained", .detail = true}, {"", "what"}, {"path"}}};
  for (const Suspect& suspect : suspects) {
    const double share =
        everything == 0 ? 0 : 100.0 * double(suspect.retained) / double(everything);
    const bool holds = suspect.content_count > 0;
    const std::string path = suspect.node == kNoNode
                                 ? std::string()
                                 : shortest_path_text(graph, texts, suspect.node);
    table.rows.push_back(
        {Bytes{suspect.retained},
         suspect.node == kNoNode ? Cell() : Cell(Object{graph.address(suspect.node)}),
         graph.type_name(suspect.type), Count{suspect.count},
         holds ? Cell(graph.type_name(suspect.content)) : Cell(), Count{suspect.content_count},
         Bytes{suspect.content_retained}, sentence(graph, suspect, share),
         path.empty() ? Cell() : Cell(path)});
  }
  return table;
}

}  // namespace heapsnap
