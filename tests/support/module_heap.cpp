#include "tests/support/module_heap.h"

#include <catch2/catch.hpp>

#include "libanalysis/graph_builder.h"

namespace heapsnap {

ModuleHeap::ModuleHeap(std::uint64_t skip) : next_(0x7F0000000000 + 64 * skip) {}

Address ModuleHeap::put(NodeCopy node) {
  node.address = next_ += 64;
  if (node.size == 0) node.size = 16;
  return out_.node(std::move(node));
}

std::uint32_t ModuleHeap::type(const std::string& name, TypeLayout layout,
                               std::vector<FieldRecord> fields, Address address) {
  const auto [at, is_new] = types_.try_emplace(name, 0);
  if (!is_new) return at->second;
  const std::size_t dot = name.find('.');
  TypeRecord record{
      .address = address, .layout = layout, .qualname = name, .fields = std::move(fields)};
  if (dot != std::string::npos) {
    record.module = name.substr(0, dot);
    record.qualname = name.substr(dot + 1);
  } else {
    record.module = "builtins";
  }
  return at->second = out_.type(std::move(record));
}

Address ModuleHeap::text(const std::string& text) {
  const auto [at, is_new] = texts_.try_emplace(text, 0);
  if (!is_new) return at->second;
  const std::uint32_t str = type("str", TypeLayout::kStr, {});
  return at->second = put({.type = str, .size = 50, .value = text_value(text)});
}

Address ModuleHeap::integer() { return put({.type = type("int", TypeLayout::kInt, {}), .size = 28}); }

Address ModuleHeap::list(std::vector<Address> items, std::uint64_t size) {
  return put({.type = type("list", TypeLayout::kList, {}),
              .size = size,
              .edges = {{Part::kItems, std::move(items)}}});
}

Address ModuleHeap::dict(const Attributes& items) {
  std::vector<Address> pairs;
  for (const auto& [key, value] : items) {
    pairs.push_back(text(key));
    pairs.push_back(value);
  }
  return put({.type = type("dict", TypeLayout::kDict, {}),
              .size = 100,
              .edges = {{Part::kMap, std::move(pairs)}}});
}

Address ModuleHeap::instance(const std::string& name, const Attributes& attributes) {
  const std::uint32_t id = type(name, TypeLayout::kOther, {{.word = 2, .label = ".__dict__"}});
  const Address attributes_dict = dict(attributes);
  return put(
      {.type = id, .size = 48, .offsets = {2}, .edges = {{Part::kWords, {attributes_dict}}}});
}

std::uint32_t ModuleHeap::code_type() {
  return type("code", TypeLayout::kCode,
              {{.word = 3, .label = ".co_filename"},
               {.word = 4, .label = ".co_qualname"},
               {.word = 5, .label = "->co_localsplusnames"}});
}

Address ModuleHeap::function(const std::string& qualname, const std::string& file,
                             std::int64_t line) {
  const Address code =
      put({.type = code_type(),
           .value = encoded({.layout = TypeLayout::kCode, .integer = line}),
           .offsets = {3, 4},
           .edges = {{Part::kWords, {text(file), text(qualname)}}}});
  const std::uint32_t id =
      type("function", TypeLayout::kFunction,
           {{.word = 3, .label = ".__code__"}, {.word = 4, .label = ".__qualname__"}});
  return put({.type = id, .offsets = {3, 4}, .edges = {{Part::kWords, {code, text(qualname)}}}});
}

Address ModuleHeap::class_object(const std::string& name, const Attributes& attributes) {
  const std::uint32_t id = type("type", TypeLayout::kType,
                                {{.word = 3, .label = ".__dict__"}, {.word = 4, .label = "->ht_qualname"}});
  const Address names = dict(attributes), qualname = text(name.substr(name.find('.') + 1));
  const Address made =
      put({.type = id, .offsets = {3, 4}, .edges = {{Part::kWords, {names, qualname}}}});
  type(name, TypeLayout::kOther, {{.word = 2, .label = ".__dict__"}}, made);
  return made;
}

Address ModuleHeap::module(const std::string& name, const Attributes& attributes) {
  const std::uint32_t id = type("module", TypeLayout::kModule, {{.word = 2, .label = ".__dict__"}});
  const Address names = dict(attributes);
  const Address module =
      put({.type = id, .size = 72, .offsets = {2}, .edges = {{Part::kWords, {names}}}});
  modules_.push_back(text(name));
  modules_.push_back(module);
  return module;
}

Address ModuleHeap::thread(const std::string& file, const std::string& function,
                           const Attributes& locals) {
  std::vector<Address> names, values;
  for (const auto& [name, value] : locals) {
    names.push_back(text(name));
    values.push_back(value);
  }
  const Address tuple = put({.type = type("tuple", TypeLayout::kTuple, {}),
                             .edges = {{Part::kItems, names}}});
  const Address code = put({.type = code_type(),
                            .offsets = {3, 4, 5},
                            .edges = {{Part::kWords, {text(file), text(function), tuple}}}});
  values.insert(values.begin(), code);
  const Address frame = put({.type = kFrameType, .edges = {{Part::kLocals, values}}});
  const Address thread = put({.type = kThreadType, .edges = {{Part::kFrames, {frame}}}});
  out_.out().add(StructureRecord(ThreadRecord{.address = thread, .ident = thread}));
  out_.out().add(StructureRecord(
      FrameRecord{.address = frame, .owner = thread, .code = code, .line = 42}));
  threads_.push_back(thread);
  return thread;
}

void ModuleHeap::cycle(const std::string& name) {
  const std::uint32_t id = type(name, TypeLayout::kList, {});
  const Address first = next_ + 64, second = next_ + 128;
  put({.type = id, .edges = {{Part::kItems, {second}}}});
  put({.type = id, .edges = {{Part::kItems, {first}}}});
}

Heap ModuleHeap::heap() {
  const std::uint32_t dict = type("dict", TypeLayout::kDict, {});
  const Address modules = put({.type = dict, .edges = {{Part::kMap, modules_}}});
  const std::uint32_t structure =
      type("interpreter", TypeLayout::kStructure, {{.word = 5, .label = "->modules"}});
  const Address interpreter =
      put({.type = structure, .offsets = {5}, .edges = {{Part::kWords, {modules}}}});
  out_.out().add(StructureRecord(InterpreterRecord{.address = interpreter, .id = 0}));
  out_.root(RootKind::kInterpreter, interpreter, "i0");
  for (const Address thread : threads_) out_.root(RootKind::kThread, thread, "i0_t");
  SnapshotReader reader = out_.open();
  Result<Graph> graph = build_graph(reader, {.threads = 2});
  INFO((graph ? std::string() : graph.error().message));
  REQUIRE(graph.has_value());
  return Heap(std::move(*graph));
}

}  // namespace heapsnap
