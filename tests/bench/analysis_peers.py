"""The peers of analysis_bench.py that are programs of their own, and what is measured beside them."""

import json
import math
import os
import pathlib
import resource
import subprocess
import sys
import time

VERSION = "3.11"
FAMILY_SIZES = (1_000_000, 4_000_000)
FAMILY_HEAD = (*(f"{size:,} nodes" for size in FAMILY_SIZES), "growth", "Boost at the second", "wanted")
GUPPY_MILLIONS = 1
GUPPY_HEAD = ("", "guppy3", "heapsnap, from the file to the answer", "ratio")


def python(root):
    for line in (root / "build/pythons.txt").read_text().splitlines():
        version, path = line.split(maxsplit=1)
        if version.startswith(VERSION + "."):
            return path
    sys.exit(f"analysis_bench: no Python {VERSION} in build/pythons.txt")


def deep_stack():
    """Boost's dominators recurse as deep as the heap is."""
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    resource.setrlimit(resource.RLIMIT_STACK, (hard, hard))


def igraph(root, graph):
    site = root / "build/site/bench"
    if not (site / "igraph").exists():
        print(f"SKIPPED igraph: it is not in {site}", file=sys.stderr)
        return {}
    out = subprocess.run([sys.executable, root / "tests/bench/peer_igraph.py", graph], check=True,
                         stdout=subprocess.PIPE, env=dict(os.environ, PYTHONPATH=str(site))).stdout
    return json.loads(out)


def devtools(root, build, file):
    engine = root / "build/devtools"
    if not (engine / "made").exists():
        print(f"SKIPPED devtools: it is not in {engine}", file=sys.stderr)
        return {}
    export = file.with_name("export.heapsnapshot")
    subprocess.run([build / "bin/heapsnap", "export", "-q", "--to", "heapsnapshot", "-o", export, file],
                   check=True)
    out = subprocess.run(["node", "--max-old-space-size=16000",
                          root / "tests/bench/peer_devtools.mjs", export], check=True,
                         stdout=subprocess.PIPE, env=dict(os.environ, DEVTOOLS=str(engine))).stdout
    export.unlink()
    return json.loads(out)


def family_rows(build):
    out = subprocess.run([build / "bin/dominators_bench", *map(str, FAMILY_SIZES)], check=True,
                         stdout=subprocess.PIPE, preexec_fn=deep_stack).stdout
    for name, (first, last) in json.loads(out).items():
        ratio = last["seconds"] / first["seconds"]
        exponent = math.log(ratio) / math.log(last["nodes"] / first["nodes"])
        boost = "-"
        if "boost" in last:
            boost = (f"{last['boost'] / last['nodes'] * 1e9:.0f} ns/node, "
                     f"{last['differences']} answers differ")
        yield (name, *(f"{found['seconds'] / found['nodes'] * 1e9:.0f} ns/node"
                       for found in (first, last)),
               f"n^{exponent:.2f}", boost, "T12: at most 1000 ns/node, not quadratic")


def ask_guppy(bench, *what, site=""):
    """What peer_guppy.py found; the snapshot is bench.file."""
    bench.file.unlink(missing_ok=True)
    path = [bench.build / "lib/heapsnap/agent", bench.root / "tests/bench"]
    out = subprocess.run(
        [python(bench.root), bench.root / "tests/bench/peer_guppy.py", *map(str, what), bench.file, site],
        check=True, stdout=subprocess.PIPE,
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(map(str, path)))).stdout
    return json.loads(out)


def ask_heapsnap(bench, *words):
    """Seconds that the command takes, the best of five."""
    best = math.inf
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([bench.build / "bin/heapsnap", words[0], "-q", bench.file, *words[1:]],
                       check=True, stdout=subprocess.DEVNULL)
        best = min(best, time.perf_counter() - start)
    return best


def beside(name, theirs, ours):
    if theirs is None:
        return name, "not waited for", f"{ours:.2f} s", ""
    return name, f"{theirs:.2f} s", f"{ours:.2f} s", f"{theirs / ours:.1f}x"


def guppy_rows(bench):
    site = bench.root / f"build/site/{VERSION}"
    if not (site / "guppy").exists():
        print(f"SKIPPED guppy3: it is not in {site}", file=sys.stderr)
        return
    found = ask_guppy(bench, GUPPY_MILLIONS, site=site)
    seconds, about = found["seconds"], {name: f"@{at:#x}" for name, at in found["addresses"].items()}
    for name, asked, words in (
            ("`heap()`, its table", ("heap", "clodo"), ("hist", "--by", "clodo")),
            ("`heap()` again, `bytype`", ("again", "type"), ("hist", "--by", "type")),
            ("`bysize`", ("size",), ("hist", "--by", "size")),
            ("`byrcs`", ("rcs",), ("hist", "--by", "rcs")),
            ("`domisize` of the list that holds it", ("domisize",), ("set", about["about"])),
            ("`sp` of one object", ("shpaths",), ("paths", about["middle"]))):
        yield beside(name, sum(seconds[key] for key in asked), ask_heapsnap(bench, *words))
    for entries, asked in ((10_000, site), (1_000_000, "")):
        found = ask_guppy(bench, "entries", entries, site=asked)
        values = f"referents(@{found['addresses']['about']:#x}) & type:__main__.Entry"
        for by in ("via", "rcs"):
            yield beside(f"`by{by}` over the values of a dict of {entries:,}", found["seconds"].get(by),
                         ask_heapsnap(bench, "hist", "--by", by, "--where", values))
