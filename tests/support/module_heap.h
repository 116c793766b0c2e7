// A heap with modules, as an interpreter holds them, for tests of paths that begin there.
//
//     ModuleHeap app;
//     const Address live = app.list({app.instance("app.Session", {{"name", app.text("a")}})});
//     app.module("app", {{"live", live}});
//     const Heap heap = app.heap();                        // once, at the end
//
// Attributes are in dicts under `__dict__`, modules in the order in which they are made. What
// nothing refers to is held by C.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "libanalysis/heap.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {

class ModuleHeap {
 public:
  using Attributes = std::vector<std::pair<std::string, Address>>;

  // Skips so many addresses first: the same heap elsewhere.
  explicit ModuleHeap(std::uint64_t skip = 0);
  ModuleHeap(const ModuleHeap&) = delete;
  ModuleHeap& operator=(const ModuleHeap&) = delete;

  Address text(const std::string& text);
  Address integer();
  Address list(std::vector<Address> items, std::uint64_t size = 64);
  Address dict(const Attributes& items);
  Address instance(const std::string& type, const Attributes& attributes);
  Address function(const std::string& qualname, const std::string& file, std::int64_t line);
  // Before its first instance.
  Address class_object(const std::string& name, const Attributes& attributes);
  Address module(const std::string& name, const Attributes& attributes);
  // A thread with one frame, which has these locals.
  Address thread(const std::string& file, const std::string& function, const Attributes& locals);
  // Two that refer to each other and that nothing else refers to.
  void cycle(const std::string& type);

  Heap heap();

 private:
  Address put(NodeCopy node);
  std::uint32_t type(const std::string& name, TypeLayout layout, std::vector<FieldRecord> fields,
                     Address address = 0);
  std::uint32_t code_type();

  SnapshotBuilder out_;
  Address next_;
  std::map<std::string, std::uint32_t> types_;
  std::map<std::string, Address> texts_;
  std::vector<Address> modules_;  // name and module in turn
  std::vector<Address> threads_;
};

}  // namespace heapsnap
