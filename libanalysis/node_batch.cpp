#include "libanalysis/node_batch.h"

#include <algorithm>
#include <bit>

#include "libanalysis/wide_column.h"

namespace heapsnap {
namespace {

// Parts whose edges keep something alive.
constexpr std::uint32_t kStrongParts = (kCountedParts | bit(Part::kWords));
// Of them those whose addresses are edges, one after the other, and nothing else.
constexpr std::uint32_t kPlainParts =
    kStrongParts & ~(bit(Part::kLocals) | bit(Part::kMembers) | bit(Part::kMaybe));
// A record that long may go on in a continuation, even if all of its edges are NULL.
constexpr std::size_t kMayContinue = kMaxRecordEdges / 2;

class BatchMaker {
 public:
  BatchMaker(const NodeChunk& chunk, NodeBatch& batch)
      : chunk_(chunk), batch_(batch), shape_forms_(chunk.shapes().size()) {}

  void add(const NodeEntry& node);

 private:
  struct ShapeForm {
    std::uint32_t type = 0;
    std::uint32_t keys = 0;
    FormId form = kNoForm;
  };

  void add_edges(const NodeEntry& node, const NodeShape& shape);
  void add_part(const NodeEntry& node, Part part);
  void add_targets(std::span<const Address> targets);
  void add_edge(Address target);
  void add_members(std::span<const Address> pairs);
  void add_weak(const NodeEntry& node, const NodeShape& shape);
  void add_rare(const NodeEntry& node, const NodeShape& shape);
  FormId form_of(const NodeEntry& node, const NodeShape& shape);
  FormId make_form(const NodeEntry& node, const NodeShape& shape);
  std::uint32_t record() const { return static_cast<std::uint32_t>(batch_.type.size() - 1); }

  const NodeChunk& chunk_;
  NodeBatch& batch_;
  std::vector<ShapeForm> shape_forms_;  // of shapes whose records have no lists of their own

  // Of the record at hand.
  std::size_t first_edge_ = 0;
  std::uint32_t slots_ = 0;
  bool type_edge_ = false;
  std::vector<std::uint32_t> skipped_;
  std::vector<std::uint32_t> names_;
  std::vector<std::uint32_t> offsets_;
};

void BatchMaker::add(const NodeEntry& node) {
  const NodeShape& shape = chunk_.shape_of(node);
  const bool continuation = shape.flags & kContinuation;
  batch_.type.push_back(node.type);
  batch_.size.push_back(WideColumn::fits(node.size) ? static_cast<std::uint32_t>(node.size)
                                                    : WideColumn::kWide);
  batch_.refcount.push_back(WideColumn::fits(node.refcount)
                                ? static_cast<std::uint32_t>(node.refcount)
                                : WideColumn::kWide);
  batch_.flags.push_back(static_cast<std::uint8_t>(shape.flags));

  type_edge_ = (shape.flags & kTypeEdge) && !continuation;
  first_edge_ = batch_.edges.size();
  slots_ = type_edge_;
  skipped_.clear();
  if (shape.edges != 0) add_edges(node, shape);
  const std::size_t degree = batch_.edges.size() - first_edge_;
  const bool container = type_edge_ || degree != 0 || shape.edges >= kMayContinue;
  batch_.degree.push_back(static_cast<std::uint32_t>(degree));
  batch_.form.push_back(container || continuation ? form_of(node, shape) : kNoForm);
  batch_.address.push_back(node.address | (container ? kContainerTag : 0) |
                           (continuation ? kIgnoredTag : 0));
  add_rare(node, shape);
}

void BatchMaker::add_edges(const NodeEntry& node, const NodeShape& shape) {
  if ((shape.parts & (kStrongParts | bit(Part::kWeak)) & ~kPlainParts) == 0) {
    return add_targets(chunk_.edges(node));
  }
  names_.clear();
  for (std::uint32_t left = shape.parts & kStrongParts; left != 0; left &= left - 1) {
    add_part(node, static_cast<Part>(std::countr_zero(left)));
  }
  if (shape.parts & bit(Part::kWeak)) add_weak(node, shape);
}

void BatchMaker::add_part(const NodeEntry& node, Part part) {
  const auto edges = chunk_.edges(node, part);
  if (part == Part::kMembers) return add_members(edges);
  const std::size_t before = batch_.edges.size();
  add_targets(edges);
  const std::size_t added = batch_.edges.size() - before;
  if (part == Part::kMaybe && added != 0) {
    batch_.maybe.push_back({record(), static_cast<std::uint32_t>(before - first_edge_),
                            static_cast<std::uint32_t>(added)});
  }
}

void BatchMaker::add_targets(std::span<const Address> targets) {
  if (std::ranges::find(targets, Address{0}) == targets.end()) {
    batch_.edges.append(targets);
    slots_ += static_cast<std::uint32_t>(targets.size());
  } else {
    for (const Address target : targets) add_edge(target);
  }
}

void BatchMaker::add_edge(Address target) {
  if (target != 0) {
    batch_.edges.push_back(target);
  } else {
    skipped_.push_back(slots_);
  }
  ++slots_;
}

void BatchMaker::add_members(std::span<const Address> pairs) {
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
    names_.push_back(static_cast<std::uint32_t>(pairs[i]));
    names_.push_back(static_cast<std::uint32_t>(pairs[i] >> 32));
    add_edge(pairs[i + 1]);
  }
}

void BatchMaker::add_weak(const NodeEntry& node, const NodeShape& shape) {
  const auto offsets = chunk_.offsets(shape).subspan(chunk_.count(shape, Part::kWords));
  const auto edges = chunk_.edges(node, Part::kWeak);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (edges[i] != 0) batch_.weak.push_back({record(), offsets[i], edges[i]});
  }
}

void BatchMaker::add_rare(const NodeEntry& node, const NodeShape& shape) {
  if (batch_.size.back() == WideColumn::kWide) batch_.wide_sizes.push_back({record(), node.size});
  if (batch_.refcount.back() == WideColumn::kWide) {
    batch_.wide_refcounts.push_back({record(), node.refcount});
  }
  if (shape.parts & bit(Part::kExternal)) {
    batch_.external.push_back({record(), chunk_.external(node)});
  }
  batch_.value.push_back(
      shape.parts & bit(Part::kValue) ? batch_.pools.add(chunk_.value(node)) : 0);
  if (shape.flags & kContinuation) batch_.continuations.push_back({record(), chunk_.start(node)});
}

FormId BatchMaker::form_of(const NodeEntry& node, const NodeShape& shape) {
  constexpr std::uint32_t kOwnLists = bit(Part::kLocals) | bit(Part::kMembers);
  if (shape.parts & kOwnLists || !skipped_.empty()) return make_form(node, shape);
  ShapeForm& known = shape_forms_[node.shape];
  if (known.form == kNoForm || known.type != node.type || known.keys != node.keys) {
    known = {node.type, node.keys, make_form(node, shape)};
  }
  return known.form;
}

FormId BatchMaker::make_form(const NodeEntry& node, const NodeShape& shape) {
  Form form{.type = node.type,
            .type_edge = type_edge_,
            .parts = shape.parts & kStrongParts,
            .keys = shape.parts & bit(Part::kValues) ? node.keys : 0,
            .code = chunk_.code(node)};
  for (std::uint32_t left = form.parts; left != 0; left &= left - 1) {
    const auto part = static_cast<Part>(std::countr_zero(left));
    const std::uint32_t count = chunk_.count(shape, part);
    form.counts[static_cast<std::size_t>(part)] = part == Part::kMap ? 2 * count : count;
  }
  const auto offsets = chunk_.offsets(shape).first(chunk_.count(shape, Part::kWords));
  offsets_.assign(offsets.begin(), offsets.end());
  form.offsets = offsets_;
  if (form.parts & bit(Part::kMembers)) form.names = names_;
  form.skipped = skipped_;
  return batch_.forms.intern(form);
}

}  // namespace

NodeBatch::NodeBatch(const NodeChunk& chunk) {
  const std::size_t records = chunk.nodes().size(), most_edges = chunk.edges().size();
  edges_block = Array<std::byte>(column_bytes<Address>(most_edges), Filled::kAnything);
  std::byte* room = edges_block.data();
  edges = {room, most_edges};
  rows_block = Array<std::byte>(column_bytes<TaggedAddress>(records) +
                                    column_bytes<std::uint32_t>(records) +
                                    column_bytes<std::uint8_t>(records),
                                Filled::kAnything);
  room = rows_block.data();
  address = {room, records};
  degree = {room, records};
  flags = {room, records};
  columns_block = Array<std::byte>(5 * column_bytes<std::uint32_t>(records), Filled::kAnything);
  room = columns_block.data();
  type = {room, records};
  size = {room, records};
  refcount = {room, records};
  form = {room, records};
  value = {room, records};
  BatchMaker maker(chunk, *this);
  for (const NodeEntry& node : chunk.nodes()) maker.add(node);
}

void NodeBatch::release_columns() {
  type = size = refcount = form = value = {};
  columns_block = {};
}

void NodeBatch::release_edges() {
  edges = {};
  edges_block = {};
}

}  // namespace heapsnap
