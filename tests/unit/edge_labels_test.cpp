// What `.name` means where labels are written: an attribute, wherever the version keeps it.
#include <catch2/catch.hpp>
#include <initializer_list>
#include <string>
#include <vector>

#include "libanalysis/classifier.h"
#include "libanalysis/edge_labels.h"
#include "libanalysis/graph_builder.h"
#include "libanalysis/partition.h"
#include "libanalysis/selector.h"
#include "tests/support/snapshot_builder.h"

namespace heapsnap {
namespace {

// Users that are kept under the name `user` in a slot (s), in the `__dict__` of an object (d), in a
// dict that nothing owns (l), or in two of these.
class Users {
 public:
  Users() {
    for (const char* kept : {"s", "d", "l", "dl", "sd", "sl"}) users_.push_back(add(kept));
    dicts_.push_back(dict("only loose", users_[2]));
    object(0, dict("no name", users_[2]));
    SnapshotReader reader = out_.open();
    Result<Graph> graph = build_graph(reader);
    REQUIRE(graph.has_value());
    heap_.emplace(std::move(*graph));
  }
  const Heap& heap() const { return *heap_; }

  // What it yields of the users, as they are kept; else what is wrong with it.
  std::string yields(const std::string& text) const {
    const Result<Selector> selector = parse_selector(text);
    if (!selector) return selector.error().message;
    const Result<NodeSet> nodes = select(*heap_, *selector);
    if (!nodes) return nodes.error().message;
    const char* const kKept[] = {"s", "d", "l", "dl", "sd", "sl"};
    std::string found;
    for (std::size_t i = 0; i < users_.size(); ++i) {
      if (!nodes->contains(heap_->graph().find(users_[i]))) continue;
      found += (found.empty() ? "" : " ") + std::string(kKept[i]);
    }
    return found;
  }

 private:
  Address word(const std::string& text) {
    return out_.node({.type = str_, .size = 50, .value = text_value(text)});
  }
  Address dict(const std::string& key, Address value) {
    return out_.node(
        {.type = dict_, .size = 64, .edges = {{Part::kMap, {word(key), value}}}});
  }
  void object(Address user, Address own) {
    out_.node({.type = object_, .size = 32, .offsets = {2, 3},
               .edges = {{Part::kWords, {user, own}}}});
  }
  Address add(const std::string& kept) {
    const Address user = out_.node({.type = user_, .size = 16});
    for (const char how : kept) {
      if (how == 's') object(user, 0);
      if (how == 'd') object(0, dict("user", user));
      if (how == 'l') dicts_.push_back(dict("user", user));
    }
    return user;
  }

  SnapshotBuilder out_;
  std::uint32_t str_ = out_.type(TypeRecord{.layout = TypeLayout::kStr, .qualname = "str"});
  std::uint32_t dict_ = out_.type(
      TypeRecord{.layout = TypeLayout::kDict, .module = "builtins", .qualname = "dict"});
  std::uint32_t user_ = out_.type(TypeRecord{.module = "app", .qualname = "User"});
  std::uint32_t object_ = out_.type(TypeRecord{
      .module = "app", .qualname = "Session",
      .fields = {{.word = 2, .label = ".user"}, {.word = 3, .label = ".__dict__"}}});
  std::vector<Address> users_ = {}, dicts_ = {};
  std::optional<Heap> heap_ = std::nullopt;
};

TEST_CASE("an attribute is what a slot or the __dict__ of an object has under that name") {
  const Users users;
  CHECK(users.yields("via:.user") == "s d dl sd sl");
  CHECK(users.yields("via:.us*") == "s d dl sd sl");
  CHECK(users.yields("via:['user']") == "d l dl sd sl");
  CHECK(users.yields("follow(type:app.Session, .user)") == "s d dl sd sl");
  CHECK(users.yields("follow(type:app.Session, ['user'])").empty());
  CHECK(users.yields("follow(type:dict, ['user'])") == "d l dl sd sl");
  CHECK(users.yields("follow(type:dict, .user)").empty());
  CHECK(users.yields("follow(type:app.Session, [*])").empty());
}

TEST_CASE("a set of labels compares as recorded or with attributes as paths print them") {
  const Users users;
  CHECK(users.yields("via=={.user}") == "s d sd");
  CHECK(users.yields("via!={.user} & type:app.User") == "l dl sl");
  CHECK(users.yields("via=={['user']}") == "d dl");
  CHECK(users.yields("via=={.user, ['user']}") == "dl sd sl");
  CHECK(users.yields("via>={.user}") == "s d dl sd sl");
  CHECK(users.yields("via>{.user}") == "dl sd sl");
  CHECK(users.yields("via<={.user} & type:app.User") == "s d sd");
}

TEST_CASE("the selector of a row of via yields the row, though its labels may be spelled otherwise") {
  const Users users;
  const Graph& graph = users.heap().graph();
  for (const char* by : {"via", "type,via", "via,size", "rcs(via)"}) {
    for (const char* where : {"all", "type:app.User", "type:app.User | type:str"}) {
      const auto classified = find_classifier(by)->classify(users.heap(), *parse_selector(where));
      const Partition classes = partition(graph, *classified);
      for (const Row& row : classes.rows) {
        const std::string text = classes.classification.select(row.kind);
        INFO(text);
        const Result<Selector> selector = parse_selector(text);
        REQUIRE(selector.has_value());
        CHECK(to_text(*selector) == text);
        const Result<NodeSet> nodes = select(users.heap(), *selector);
        REQUIRE(nodes.has_value());
        for (NodeId id = 0; id < graph.node_count(); ++id) {
          CHECK(nodes->contains(id) == (classes.classification.kind_of(id) == row.kind));
        }
      }
    }
  }
}

TEST_CASE("what is no name in Python is no attribute") {
  const Users users;
  CHECK(users.yields("via:['no name']") == "l");
  CHECK_THAT(users.yields("via:'.no name'"), Catch::Contains("did you mean '['no name']'?"));
}

TEST_CASE("who spells an item as an attribute is told, and the other way round") {
  const Users users;
  CHECK_THAT(users.yields("via:'.only loose'"), Catch::Contains("did you mean '['only loose']'?"));
  CHECK_THAT(users.yields("via:['__dict__']"), Catch::Contains("did you mean '.__dict__'?"));
  CHECK_THAT(users.yields("via=={['__dict__']}"), Catch::Contains("did you mean '.__dict__'?"));
  CHECK_THAT(users.yields("via:.usre"), Catch::Contains("did you mean '.user'?"));
}

}  // namespace
}  // namespace heapsnap
