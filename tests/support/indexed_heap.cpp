#include "tests/support/indexed_heap.h"

#include <cstdlib>

#include "libanalysis/classifier.h"
#include "libanalysis/describe.h"
#include "libanalysis/garbage.h"
#include "libanalysis/graph_builder.h"
#include "libanalysis/graph_index.h"
#include "libanalysis/labels.h"
#include "libanalysis/merged_tree.h"
#include "libanalysis/partition.h"
#include "libanalysis/paths.h"
#include "libanalysis/retained_rows.h"
#include "libanalysis/root_list.h"
#include "libanalysis/selector.h"
#include "libanalysis/suspects.h"
#include "libanalysis/threads.h"
#include "libsnapshot/byte_decoding.h"
#include "libsnapshot/byte_encoding.h"
#include "libsnapshot/crc32c.h"
#include "libsnapshot/snapshot_writer.h"
#include "tests/support/node_copy.h"

namespace heapsnap {
namespace {

class Text {
 public:
  void add(std::uint64_t number) { text_ += std::to_string(number) + ' '; }
  void add(std::string_view text) { text_.append(text) += ' '; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void add_node(Text& out, const Heap& heap, NodeId id) {
  const Graph& graph = heap.graph();
  const Dominators& tree = heap.dominators();
  out.add(graph.address(id));
  out.add(graph.type_name(graph.type_of(id)));
  for (const std::uint64_t number : {graph.size(id), graph.refcount(id), graph.external(id),
                                     tree.retained[id], std::uint64_t{graph.flags(id)},
                                     std::uint64_t{immediate_dominator(tree, id)},
                                     std::uint64_t{heap.depths().depth[id]}}) {
    out.add(number);
  }
  out.add(graph.text(id).value_or("no text"));
  out.add(graph.site_of(id));
  if (graph.is_object(id)) out.add(object_name(graph, id));
  for (std::size_t i = 0; i < graph.referents(id).size(); ++i) {
    out.add(graph.referents(id)[i]);
    out.add(label_text(graph, label_of(graph, id, i)));
  }
  for (const NodeId referrer : graph.referrers(id)) out.add(referrer);
  for (const WeakEdge& edge : graph.weak_referents(id)) out.add(edge.target);
  for (const WeakEdge& edge : graph.weak_referrers(id)) {
    out.add(label_text(graph, label_of(graph, edge)));
  }
  for (auto at = tree.position[id]; at < tree.subtree_end[tree.position[id]]; ++at) {
    out.add(tree.preorder[at]);
  }
}

void add_classes(Text& out, const Heap& heap, std::string_view by) {
  const auto classifier = find_classifier(by);
  if (!classifier) std::abort();
  auto classes = classifier->classify(heap, heap.graph().objects());
  if (!classes) return;  // there is no such data
  Partition rows = partition(heap.graph(), *std::move(classes));
  add_retained(heap, rows);
  out.add(measure(heap.graph(), heap.graph().objects()).shallow);
}

void add_tree(Text& out, const Heap& heap) {
  auto classes = find_classifier("type")->classify(heap, heap.graph().objects_and_structures());
  if (!classes) std::abort();
  const MergedTree tree = merged_tree(heap, *classes, {.from = heap.graph().root()});
  for (const TreeRow& row : tree.rows) out.add(row.retained);
  const Classification cycles = classify_dead_cycles(heap);
  for (NodeId id = 0; id < heap.graph().node_count(); ++id) out.add(cycles.kind_of(id));
}

void add_paths(Text& out, const Heap& heap) {
  const Graph& graph = heap.graph();
  for (const NodeId id : graph.objects()) {
    NodeSet to(graph.node_count());
    to.insert(id);
    const ShortestPaths paths = shortest_paths(graph, {.to = to});
    out.add(paths.length());
    for (const Path& path : paths.first(2)) out.add(path.size());
  }
}

void add_sets(Text& out, const Heap& heap) {
  for (const char* text : {"dominated(type:list)", "referrers(type:Node)", "reachable(type:list)",
                           "size>40", "roots"}) {
    const Result<Selector> selector = parse_selector(text);
    if (!selector) std::abort();
    const Result<NodeSet> set = select(heap, *selector);
    out.add(set ? set->count() : 0);
  }
}

constexpr std::uint32_t kNextWord = 2, kWeakWord = 3;

// SnapshotBuilder belongs to a test, and a fuzz target is none.
class Snapshot {
 public:
  Snapshot() {
    for (const char* name : {"<interpreter>", "<thread>", "<frame>"}) {
      type(name, TypeLayout::kStructure);
    }
  }
  std::uint32_t type(std::string name, TypeLayout layout, std::vector<FieldRecord> fields = {}) {
    writer.add(TypeRecord{.id = ++last_type_, .layout = layout, .qualname = std::move(name),
                          .fields = std::move(fields)});
    return last_type_;
  }
  Address node(NodeCopy node) {
    if (node.address == 0) node.address = last_node_ += 64;
    add(writer, node);
    return node.address;
  }
  void root(RootKind kind, Address target, std::string label = {}) {
    writer.add(RootRecord{.kind = kind, .target = target, .label = std::move(label)});
  }
  std::vector<std::uint8_t> bytes() {
    if (!writer.finish()) std::abort();
    return sink_.bytes();
  }

 private:
  MemorySink sink_;

 public:
  SnapshotWriter writer{sink_, 0};

 private:
  std::uint32_t last_type_ = 0;
  Address last_node_ = 0x7F0000000000;
};

}  // namespace

std::vector<std::uint8_t> varied_snapshot() {
  Snapshot out;
  out.writer.add(Fact{"hexversion", std::uint64_t{0x030B07F0}});
  const auto str = out.type("str", TypeLayout::kStr), list = out.type("list", TypeLayout::kList);
  const auto dict = out.type("dict", TypeLayout::kDict);
  const auto node = out.type("Node", TypeLayout::kOther,
                             {{.word = kNextWord, .label = ".next"},
                              {.word = kWeakWord, .flags = kFieldWeak, .label = ".parent"}});
  std::vector<Address> texts;
  for (const char* text : {"name", "x", "y", "a longer text"}) {
    texts.push_back(out.node({.type = str, .size = 50, .value = text_value(text)}));
  }
  out.writer.add(SiteRecord{.id = 1, .line = 7, .file = "app.py"});
  out.writer.add(AllocationRecord{.address = texts[1], .site = 1});
  out.writer.add(KeysRecord{.id = 3, .names = {texts[1], 0, texts[2]}});
  const Address large = out.node({.type = str, .size = std::uint64_t{5} << 32, .refcount = 1});
  const Address held = out.node({.type = list, .size = 56, .refcount = std::uint64_t{9} << 32});
  const Address immortal = out.node({.type = str, .size = 49, .refcount = 0});
  const Address top = out.node({.type = node,
                                .size = 64,
                                .external = 4096,
                                .offsets = {kNextWord, kWeakWord},
                                .edges = {{Part::kWords, {held}}, {Part::kWeak, {immortal}}}});
  out.node({.type = node,
            .size = 64,
            .offsets = {kNextWord, kWeakWord},
            .edges = {{Part::kWords, {top}}, {Part::kWeak, {top}}}});
  const Address shared = out.node({.type = dict,
                                   .size = 104,
                                   .keys = 3,
                                   .edges = {{Part::kValues, {texts[0], 0, large}}}});
  const Address map = out.node(
      {.type = dict,
       .size = 232,
       .edges = {{Part::kMap, {texts[0], shared, 0, 0, texts[1], top}}}});
  const Address many = out.node({.type = list, .size = 96, .edges = {{Part::kItems, {map, top}}}});
  out.node({.address = many,
            .type = list,
            .flags = kContinuation,
            .start = 2,
            .edges = {{Part::kItems, {0, texts[3], 0xDEAD0}}}});
  const Address loop = many + 0x1000;
  out.node({.address = loop, .type = list, .size = 56, .edges = {{Part::kItems, {loop, many}}}});
  out.root(RootKind::kThread, many, "locals");
  out.root(RootKind::kInterpreter, shared, "modules");
  out.root(RootKind::kStaticType, top);
  return out.bytes();
}

std::vector<std::uint8_t> index_of(const Heap& heap, const SnapshotReader& snapshot) {
  MemorySink sink;
  if (!write_index(heap, snapshot, sink)) std::abort();
  return sink.bytes();
}

std::vector<std::uint8_t> index_of(SnapshotReader& snapshot) {
  Result<Graph> graph = build_graph(snapshot, {.threads = 1});
  if (!graph) std::abort();
  return index_of(Heap(*std::move(graph), 1), snapshot);
}

void put_index_checksums_right(std::vector<std::uint8_t>& index) {
  constexpr std::size_t kHead = 40, kEntry = 16, kAlignment = 64;
  const auto padded = [](std::uint64_t size) {
    return (size + kAlignment - 1) / kAlignment * kAlignment;
  };
  const Crc32c crc;
  if (index.size() < kHead) return;
  const std::size_t sections = get_fixed<std::uint32_t>(&index[12]);
  if (sections > (index.size() - kHead) / kEntry) return;
  const std::size_t checked = kHead + kEntry * sections;
  std::uint64_t at = padded(checked + 4);
  for (std::size_t i = 0; i < sections; ++i) {
    std::uint8_t* const entry = &index[kHead + kEntry * i];
    const std::uint64_t size = padded(get_fixed<std::uint64_t>(entry));
    if (at > index.size() || size > index.size() - at) break;
    put_u32(entry + 8, crc.of(index.data() + at, static_cast<std::size_t>(size)));
    at += size;
  }
  if (checked + 4 <= index.size()) put_u32(&index[checked], crc.of(index.data(), checked));
}

std::string everything_of(const Heap& heap) {
  const Graph& graph = heap.graph();
  Text out;
  for (NodeId id = 0; id < graph.node_count(); ++id) add_node(out, heap, id);
  for (const RootEdge& root : graph.roots()) out.add(graph.root_label(root));
  for (const RootRow& row : list_roots(graph)) out.add(row.count);
  for (const auto& thread : list_threads(graph)) out.add(thread_name(graph, thread.node));
  for (const Suspect& suspect : find_suspects(heap)) out.add(suspect.retained);
  for (const ClassifierEntry& entry : classifiers()) {
    if (entry.takes == Takes::kNothing) add_classes(out, heap, entry.name);
  }
  add_tree(out, heap);
  add_paths(out, heap);
  add_sets(out, heap);
  add_classes(out, heap, "first(type:list; roots)");
  out.add(count_unlabelled(graph));
  out.add(heap.reachable().count());
  const Damage& damage = graph.damage();
  for (const std::uint64_t number : {damage.dangling, damage.maybe_dropped, damage.size_estimated,
                                     damage.unread, damage.dangling_roots,
                                     damage.dangling_sites}) {
    out.add(number);
  }
  return out.take();
}

}  // namespace heapsnap
