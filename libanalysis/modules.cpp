#include "libanalysis/modules.h"

#include "libanalysis/labels.h"

namespace heapsnap {
namespace {

std::string text_under(const Graph& graph, NodeId dict, std::string_view key) {
  const NodeId value = item(graph, dict, key);
  return value == kNoNode ? "" : std::string(graph.text(value).value_or(""));
}

}  // namespace

std::vector<ModuleInfo> list_modules(const Graph& graph) {
  std::vector<ModuleInfo> modules;
  for (NodeId id = 0; id < graph.container_count(); ++id) {
    if (graph.type(graph.type_of(id)).layout != TypeLayout::kModule) continue;
    ModuleInfo module{.node = id, .dict = attribute(graph, id, ".__dict__")};
    if (module.dict != kNoNode) {
      module.name = text_under(graph, module.dict, "__name__");
      module.file = text_under(graph, module.dict, "__file__");
    }
    modules.push_back(std::move(module));
  }
  return modules;
}

}  // namespace heapsnap
