#include "apps/heapsnap/commands/local_table.h"

#include <utility>
#include <vector>

#include "apps/heapsnap/commands/frame_table.h"
#include "libanalysis/labels.h"

namespace heapsnap {
namespace {

// A variable of a frame.
struct Local {
  std::string name;
  NodeId value;
};

std::vector<Local> locals_of(const Graph& graph, NodeId frame) {
  std::vector<Local> locals;
  if (frame == kNoNode) return locals;
  const auto referents = graph.referents(frame);
  for (std::size_t i = 0; i < referents.size(); ++i) {
    const Label label = label_of(graph, frame, i);
    if (label.kind == LabelKind::kLocal) locals.push_back({std::string(label.name), referents[i]});
    if (label.kind == LabelKind::kStack) locals.push_back({label_text(graph, label), referents[i]});
  }
  return locals;
}

Cells local_cells(const Heap& heap, const Local& local) {
  const Graph& graph = heap.graph();
  return {local.name, Bytes{heap.dominators().retained[local.value]},
          Object{graph.address(local.value)}, graph.type_name(graph.type_of(local.value))};
}

// People see a thread and a frame once; scripts find them in every row.
class LocalRows {
 public:
  LocalRows(const Heap& heap, Table& table) : heap_(heap), table_(table) {}

  void add(const FrameRow& frame) {
    const std::vector<Local> locals = locals_of(heap_.graph(), frame.node);
    if (locals.empty()) add_row(frame, Cells(4));
    for (const Local& local : locals) add_row(frame, local_cells(heap_, local));
  }

 private:
  void add_row(const FrameRow& frame, Cells local) {
    const Cell nothing;
    Cells row = frame.cells;
    row.push_back(frame.thread == last_thread_ ? nothing : frame.thread_name);
    row.push_back(&frame == last_frame_ ? nothing : frame.where);
    last_thread_ = frame.thread;
    last_frame_ = &frame;
    row.insert(row.end(), std::move_iterator(local.begin()), std::move_iterator(local.end()));
    table_.rows.push_back(std::move(row));
  }

  const Heap& heap_;
  Table& table_;
  std::size_t last_thread_ = SIZE_MAX;
  const FrameRow* last_frame_ = nullptr;
};

}  // namespace

Table local_table(const Heap& heap) {
  Table table{.name = "threads"};
  for (const std::string& key : frame_keys()) table.columns.push_back({.key = key, .detail = true});
  table.columns.insert(table.columns.end(), {{"", "thread"}, {"", "where"}, {"local"}, {"retained"},
                                             {"value"}, {"type"}});
  const std::vector<FrameRow> frames = frame_rows(heap.graph());
  LocalRows rows(heap, table);
  for (const FrameRow& frame : frames) rows.add(frame);
  return table;
}

}  // namespace heapsnap
