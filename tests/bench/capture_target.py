"""A program with a heap of a known shape, measured from inside: what a capture costs it, and what
others cost it. Prints one JSON object. Run by capture_bench.py.

    python3 capture_target.py WORKLOAD COUNT SNAPSHOT REPETITIONS
"""

import ctypes
import gc
import json
import os
import random
import sys
import time

SYS_CLONE = 56  # x86-64
WALL = 0x40000000  # __WALL: wait for children of any exit signal

kept = []  # the heap; global, so that it is there when the program ends and run captures it


class Node:
    def __init__(self, i):
        self.id = i
        self.name = "node-%d" % i
        self.children = []
        self.meta = {"k": i, "tags": ("a", i)}


def nodes(count):
    """Objects as they were made, each below a random earlier one."""
    result = [Node(i) for i in range(count)]
    chance = random.Random(1)
    for i in range(1, count):
        result[chance.randrange(i)].children.append(result[i])
    return result


def shuffled(count):
    """Records of many types whose addresses are in no order: a third was freed, and reused."""
    import collections
    import datetime
    import decimal
    import uuid

    chance = random.Random(1)
    made = []
    for i in range(count):
        made.append(
            {
                "id": uuid.UUID(int=i),
                "at": datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=i),
                "amount": decimal.Decimal(i),
                "tags": ["tag-%d" % (i % 97), "own-%d" % i],
                "queue": collections.deque([i, str(i)]) if i % 8 == 0 else None,
                "groups": {i % 7, -i} if i % 5 == 0 else frozenset(),
                "text": "x" * chance.randrange(1, 60),
            }
        )
    chance.shuffle(made)
    del made[: count // 3]
    made += [{"late": i, "of": [str(i)]} for i in range(count // 3)]
    chance.shuffle(made)
    return made


def memory(pid, field):
    """Bytes of a process: 0 of its address space, 1 of what is resident."""
    with open("/proc/%s/statm" % pid) as statm:
        return int(statm.read().split()[field]) * os.sysconf("SC_PAGE_SIZE")


def rss_of_self():
    return memory("self", 1)


def growth_of_copy(path):
    """Bytes that the copy of the process maps while it walks, at most: it never unmaps."""
    import heapsnap

    children = "/proc/self/task/%d/children" % os.getpid()
    own, most = memory("self", 0), 0
    info = heapsnap.capture(path, wait=False)
    with open(children) as file:
        (copy,) = file.read().split()
    try:
        while (size := memory(copy, 0)) != 0:
            most = max(most, size - own)
            time.sleep(0.001)
    except (FileNotFoundError, ProcessLookupError):
        pass
    info.wait()
    os.unlink(path)
    return most


def bare_clone(libc):
    """Seconds of a clone() that does nothing more: the floor of any copy of the process."""
    start = time.perf_counter()
    pid = libc.syscall(SYS_CLONE, 0, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    seconds = time.perf_counter() - start
    os.waitpid(pid, WALL)
    return seconds


def timed(function):
    start = time.perf_counter()
    result = function()
    seconds = time.perf_counter() - start
    del result
    return seconds


def guppy_times():
    """Seconds of a first and of a later heap(), or None where guppy3 is not installed."""
    try:
        import guppy
    except ImportError:
        return None
    hp = guppy.hpy()
    return [timed(hp.heap), timed(hp.heap)]


def main():
    workload, count, path, repetitions = sys.argv[1:5]
    kept.append({"nodes": nodes, "shuffled": shuffled}[workload](int(count)))
    gc.collect()
    import heapsnap

    libc = ctypes.PyDLL(None)
    result = {"python": sys.version.split()[0], "rss": rss_of_self(), "clone": [], "pause": []}
    for k in range(int(repetitions)):
        result["clone"].append(bare_clone(libc))
        snapshot = "%s.%d" % (path, k)
        info = heapsnap.capture(snapshot)
        result["pause"].append(info.pause)
        result["objects"], result["bytes"] = info.objects, info.bytes
        if k > 0:
            os.unlink(snapshot)
    result["rss_after"] = rss_of_self()
    if repetitions != "0":
        result["copy"] = growth_of_copy(path)
    result["get_objects"] = timed(gc.get_objects)
    result["guppy"] = guppy_times()
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
