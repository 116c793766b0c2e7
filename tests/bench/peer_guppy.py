"""guppy3's own times for questions about a heap, in the program whose heap it is.

    python3 peer_guppy.py MILLIONS SNAPSHOT SITE        run by analysis_bench.py, on its target's heap
    python3 peer_guppy.py entries NUMBER SNAPSHOT SITE  on a dict of so many entries

The snapshot is taken first; SITE is where guppy3 is installed, or "" to take the snapshot only.
Prints JSON: the addresses of what the questions are about, and seconds by question.
"""

import json
import sys
import time

import heapsnap

found = {}


class Entry:
    __slots__ = ("value",)


def timed(name, question):
    start = time.perf_counter()
    answer = question()
    found[name] = time.perf_counter() - start
    return answer


def ask_heap(hp, kept):
    heap = timed("heap", hp.heap)
    timed("again", hp.heap)
    for by in ("clodo", "type", "size", "rcs"):
        timed(by, lambda: str(getattr(heap, "by" + by)))
    timed("domisize", lambda: hp.iso(kept).domisize)
    timed("shpaths", lambda: str(hp.iso(kept[len(kept) // 2]).sp))


def ask_entries(hp, entries):
    hp.heap()
    values = hp.idset(list(entries.values()))
    timed("via", lambda: str(values.byvia))
    timed("rcs", lambda: str(values.byrcs))


def main():
    *what, snapshot, site = sys.argv[1:]
    if what[0] == "entries":
        about = {"entry-%d" % i: Entry() for i in range(int(what[1]))}
        ask = ask_entries
    else:
        import analysis_target
        analysis_target.build_millions(float(what[0]))
        about = analysis_target.kept
        ask = ask_heap
    heapsnap.capture(snapshot)
    addresses = {"about": id(about)}
    if ask is ask_heap:
        addresses["middle"] = id(about[len(about) // 2])
    if site:
        sys.path.append(site)
        import guppy
        ask(guppy.hpy(), about)
    print(json.dumps({"addresses": addresses, "seconds": found}))


main()
