#include "apps/heapsnap/commands.h"

#include <algorithm>

#include "apps/heapsnap/commands/all.h"

namespace heapsnap {
namespace {

constexpr std::string_view kCapture = "Capture";
constexpr std::string_view kQuestions = "Questions to a snapshot";

// In the order of the help. A line each: name, group, summary, examples, what it puts out, its
// options, what it does.
constexpr Command kCommands[] = {
    {"run", kCapture, "start a program and take snapshots of it",
     "  heapsnap run app.py --port 80                    a snapshot when it ends\n"
     "  heapsnap run -o app.%n.hsnap --every 1m app.py   one every minute\n"
     "  heapsnap run --on-signal USR2 -- python -m app   one for each kill -USR2",
     Puts::kProgram, take_run, run},
    {"capture", kCapture, "take a snapshot of a running Python process, or of a core",
     "  heapsnap capture -p 4711\n"
     "  heapsnap capture -p 4711 -o before.hsnap --label build=1234\n"
     "  heapsnap capture -p 4711 --tree                  its Python children too\n"
     "  heapsnap capture --core core.4711                of a process that has ended",
     Puts::kSnapshots, take_capture, capture},
    {"watch", kCapture, "take snapshots of a process that is running, whenever it is time",
     "  heapsnap watch -p 4711 --on-rss 2G               when it grows beyond 2 GiB\n"
     "  heapsnap watch -p 4711 --every 10m --keep 6      the last hour\n"
     "  heapsnap watch --name app --on-rss 2G --max-disk 4G   also after a restart",
     Puts::kSnapshots, take_watch, watch},
    {"ps", kCapture, "the Python processes that there are, and how each can be captured",
     "  heapsnap ps\n"
     "  heapsnap ps --name 'gunicorn*' -f json", Puts::kOneTable, take_ps, ps},
    {"startup", kCapture, "what to put into PYTHONSTARTUP, and how to preload scripts",
     "  export PYTHONSTARTUP=$(heapsnap startup | head -1)", Puts::kText, take_startup, startup},
    {"analyze", kQuestions, "the answer on one page: totals, types, roots, threads, memory",
     "  heapsnap analyze app.hsnap\n"
     "  heapsnap analyze app.hsnap -f md -o heap.md      to paste into a ticket",
     Puts::kManyTables, take_analyze, analyze},
    {"info", kQuestions, "where a snapshot comes from, what it holds, what is missing in it",
     "  heapsnap info app.hsnap\n"
     "  heapsnap info app.hsnap --verify                 exit code 3 if it is damaged",
     Puts::kManyTables, take_info, info},
    {"hist", kQuestions, "what the heap is made of, by type or another classifier",
     "  heapsnap hist app.hsnap                          by type\n"
     "  heapsnap hist app.hsnap --by clodo               dicts by their owners' types\n"
     "  heapsnap hist app.hsnap --by module,type -n 0    all rows of a product\n"
     "  heapsnap hist app.hsnap --where type:str --by via   text by where it is kept\n"
     "  heapsnap hist app.hsnap --sort count -f csv      for a spreadsheet",
     Puts::kOneTable, take_hist, hist},
    {"top", kQuestions, "the objects that retain most",
     "  heapsnap top app.hsnap\n"
     "  heapsnap top app.hsnap --where type:app.Session", Puts::kOneTable, take_top, top},
    {"set", kQuestions, "how many objects a selector yields, their bytes, what they retain",
     "  heapsnap set app.hsnap type:app.Session\n"
     "  heapsnap set app.hsnap 'type:str & size>1k'      text of more than 1 KiB\n"
     "  heapsnap set app.hsnap 'dominated(module:app.*)' what a package keeps alive",
     Puts::kOneTable, take_set, set},
    {"refs", kQuestions, "what refers to the objects of a set, or what these refer to",
     "  heapsnap refs app.hsnap type:app.Session --in    who holds each, by what name\n"
     "  heapsnap refs app.hsnap type:app.Session --in --by type\n"
     "  heapsnap refs app.hsnap @0x7f21a0c3d40 --out -f json", Puts::kOneTable, take_refs, refs},
    {"paths", kQuestions, "what holds the objects of a set: the shortest paths to them",
     "  heapsnap paths app.hsnap @0x7f21a0c3d40\n"
     "  heapsnap paths app.hsnap type:app.Session -k 1   one is often enough\n"
     "  heapsnap paths app.hsnap type:app.Session --count\n"
     "  heapsnap paths app.hsnap @0x7f21a0c3d40 --avoid-edge .cache   what else does",
     Puts::kOneTable, take_paths, paths},
    {"tree", kQuestions, "who keeps what alive: the dominator tree, merged by class",
     "  heapsnap tree app.hsnap\n"
     "  heapsnap tree app.hsnap @0x7f21a0c3d40           what one object keeps alive\n"
     "  heapsnap tree app.hsnap --by clodo -n 50", Puts::kOneTable, take_tree, tree},
    {"refpat", kQuestions, "the tree of the sets that refer to a set, as guppy3's rp",
     "  heapsnap refpat app.hsnap type:app.Session\n"
     "  heapsnap refpat app.hsnap @0x7f21a0c3d40 --depth 3 --no-cycles", Puts::kOneTable,
     take_refpat, refpat},
    {"modules", kQuestions, "what each module and each package keeps alive",
     "  heapsnap modules app.hsnap", Puts::kManyTables, take_modules, modules},
    {"garbage", kQuestions, "what no root leads to, its cycles, and what only C code holds",
     "  heapsnap garbage app.hsnap", Puts::kManyTables, take_garbage, garbage},
    {"show", kQuestions, "one object: sizes, what keeps it alive, its references",
     "  heapsnap show app.hsnap @0x7f21a0c3d40\n"
     "  heapsnap show app.hsnap @0x7f21a0c3d40 -n 0      all of its references",
     Puts::kManyTables, take_show, show},
    {"roots", kQuestions, "what keeps objects alive from outside the heap",
     "  heapsnap roots app.hsnap -n 0", Puts::kOneTable, take_roots, roots},
    {"threads", kQuestions, "what every thread was doing",
     "  heapsnap threads app.hsnap\n"
     "  heapsnap threads app.hsnap -f json | jq '.rows[].function'", Puts::kOneTable, take_threads,
     threads},
    {"diff", kQuestions, "what grew between snapshots, which objects are new or gone",
     "  heapsnap diff old.hsnap new.hsnap\n"
     "  heapsnap diff old.hsnap new.hsnap --by module --sort retained\n"
     "  heapsnap diff old.hsnap new.hsnap --where type:app.Node --list added -o a.txt\n"
     "  heapsnap paths new.hsnap file:a.txt      what holds the new ones\n"
     "  heapsnap diff old.hsnap new.hsnap -f md         for a pull request\n"
     "  heapsnap diff old.hsnap new.hsnap --fail-on 'type:app.Session count > +10'",
     Puts::kFindings, take_diff, diff},
    {"check", kQuestions, "whether snapshots keep a budget, and whether something leaks",
     "  heapsnap check app.hsnap                         against heapsnap.toml\n"
     "  heapsnap check app.hsnap --baseline old.hsnap --budget limits.toml\n"
     "  heapsnap check 1.hsnap 2.hsnap 3.hsnap 4.hsnap   what grows in every step\n"
     "  heapsnap check app.hsnap -f sarif -o heap.sarif  for code scanning",
     Puts::kFindings, take_check, check},
    {"series", kQuestions, "each kind of object in several snapshots, one column a snapshot",
     "  heapsnap series 1.hsnap 2.hsnap 3.hsnap\n"
     "  heapsnap series app.*.hsnap --sort count -f csv  for a spreadsheet",
     Puts::kOneTable, take_series, series},
    {"export", kQuestions, "the graph in a form that other programs read",
     "  heapsnap export app.hsnap --to jsonl -o app.jsonl\n"
     "  heapsnap export app.hsnap --to jsonl | grep '\"type\": \"app.Node\"'\n"
     "  heapsnap export app.hsnap --to heapsnapshot -o app.heapsnapshot   for Chrome\n"
     "  heapsnap export app.hsnap --to dot --where type:app.Cache -o cache.dot",
     Puts::kText,
     take_export, export_graph},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(kCommands, name, &Command::name);
  return found == std::end(kCommands) ? nullptr : &*found;
}

}  // namespace heapsnap
