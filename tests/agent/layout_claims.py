"""Claims about this very interpreter that are true only if the numbers of its layout are: run by layout_drift_test.py.

    python layout_claims.py NUMBERS.json    prints {"false": [...], "unnoticed": [...], "unread": [...]}

A claim reads memory with the numbers and compares with what Python says. Then each number that a claim has read is made wrong in turn: one
that no claim notices is "unnoticed". "unread" are the numbers that no claim needs.
"""

import collections
import decimal
import gc
import json
import sys
import types
import array
import ctypes
import datetime
import functools
import itertools
import queue
import threading
import weakref
import xml.etree.ElementTree as etree

from layout_probe import number, os, read, text_at, word

MINOR = sys.version_info[1]
LETTERS = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}


def byte(address):
    return read(address, 1)[0]


def words(address, count):
    return [word(address + 8 * index) for index in range(min(count, 4096))]


def ids(things):
    return [id(thing) for thing in things]


def dict_items(n, address):
    """[(key, value)] addresses of a dict that has a table of its own."""
    keys = word(address + n["dict.ma_keys"])
    if MINOR == 10:
        slots = word(keys + n["keys.dk_size"])
        width = 1 if slots <= 0xFF else 2 if slots <= 0xFFFF else 4
        first, general = keys + n["keys.dk_indices"] + width * slots, True
    else:
        first = keys + n["keys.dk_indices"] + (1 << byte(keys + n["keys.dk_log2_index_bytes"]))
        general = byte(keys + n["keys.dk_kind"]) == 0
    size, key, value = (n[f"keys.{'entry' if general else 'unicode'}_{part}"] for part in ("size", "key", "value"))
    entries = range(min(word(keys + n["keys.dk_nentries"]), 4096))
    found = [(word(first + size * entry + key), word(first + size * entry + value)) for entry in entries]
    return [pair for pair in found if pair[1]]


def pairs(table):
    return [(id(key), id(value)) for key, value in table.items()]


class Plain:
    pass


def attributes(n, thing):
    """The values of an instance's attributes, in order."""
    keys = word(id(type(thing)) + n["type.ht_cached_keys"])
    count = word(keys + n["keys.dk_nentries"])
    address = id(thing)
    if MINOR == 10:
        values = word(word(address + type(thing).__dictoffset__) + n["dict.ma_values"])
        return words(values + n["values.first"], word(word(address + type(thing).__dictoffset__) + n["dict.ma_used"]))
    if MINOR == 11:
        values = word(address + n["instance.managed_values"])
    elif MINOR == 12:
        values = word(address + n["instance.managed_dict"]) + 1
    else:
        values = address + word(id(type(thing)) + n["type.tp_basicsize"])
        if not byte(values + n["values.valid"]) or byte(values + n["values.used"]) != 2 or not byte(values + n["values.embedded"]):
            return []
    return words(values + n["values.first"], min(count, 2))


def string(n, text):
    state = number(id(text) + n["str.state"])
    kind, compact, ascii = (state >> n["str.kind_shift"] & 7, state >> n["str.compact_shift"] & 1, state >> n["str.ascii_shift"] & 1)
    if compact:
        data = id(text) + (n["str.ascii_size"] if ascii else n["str.compact_size"])
    else:
        data = word(id(text) + n["str.data"])
    return read(data, min(word(id(text) + n["str.length"]) * kind, 4096)).decode(LETTERS.get(kind, "latin-1"), "replace")


def integer(n, value):
    if MINOR >= 12:
        count, sign = word(id(value) + n["integer.lv_tag"]) >> 3, 1 - (word(id(value) + n["integer.lv_tag"]) & 3)
    else:
        size = word(id(value) + n["object.ob_size"])
        count, sign = abs(size), -1 if size < 0 else 1
    digits = [number(id(value) + n["integer.digit"] + n["integer.digit_size"] * index) for index in range(min(count, 64))]
    return sign * sum(digit << 30 * index for index, digit in enumerate(digits))


def deque_items(n, address):
    block, index = word(address + n["deque.leftblock"]), word(address + n["deque.leftindex"])
    found = []
    for _ in range(min(word(address + n["object.ob_size"]), 4096)):
        found.append(word(block + n["deque.block_data"] + 8 * index))
        index += 1
        if index >= n["deque.block_length"]:
            block, index = word(block + n["deque.block_right"]), 0
    return found, block, word(address + n["deque.rightblock"]), index - 1, word(address + n["deque.rightindex"])


def locals_of(n, frame):
    """(code, first local) of a frame object."""
    if MINOR == 10:
        return word(id(frame) + n["frame_object.f_code"]), word(id(frame) + n["frame_object.f_localsplus"])
    inner = word(id(frame) + n["frame_object.f_frame"])
    mask = ~n["frame.tag_mask"]
    return word(inner + n["frame.f_executable"]) & mask, word(inner + n["frame.localsplus"]) & mask


def suspended(value):
    yield sys._getframe()


def debug_offsets(n):
    """What _PyRuntime says of itself: [cookie, version, free-threaded, modules, a thread's id, its interpreter]."""
    runtime = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
    told = {path[len("hints.debug."):]: word(runtime + place) for path, place in Recorder.only(n, "hints.debug.")}
    interpreter = word(runtime + told["runtime.interpreters_head"])
    thread, threads = word(interpreter + told["interpreter.threads_head"]), []
    while thread and len(threads) < 64:
        threads.append((word(thread + told["thread.thread_id"]), word(thread + told["thread.interp"])))
        thread = word(thread + told["thread.next"])
    modules = word(interpreter + told["interpreter.imports_modules"])
    frames = [told["frame.localsplus"], told["frame.executable"], told["frame.previous"], told["frame.owner"]]
    expected = [n["frame.localsplus"], n["frame.f_executable"], n["frame.previous"], n["frame.owner"]]
    others = [told["tuple_ob_item"], told["list_ob_item"], told["long_lv_tag"], told["unicode_state"], told["code.localsplusnames"]]
    layout = [n["tuple.ob_item"], n["list.ob_item"], n["integer.lv_tag"], n["str.state"], n["code.co_localsplusnames"]]
    return (read(runtime + n["hints.debug.cookie"], 8), told["version"], told["free_threaded"], modules, frames, others,
            (threading.get_ident(), interpreter) in threads) == (
                b"xdebugpy", sys.hexversion, 0, id(sys.modules), expected, layout, True)


def claims():
    """[(what, claim(numbers))]"""
    few, letters = [object() for _ in range(3)], {str(index): object() for index in range(300)}
    mixed = {1: object(), "a": object(), 2.5: object()}
    plain = Plain()
    plain.first, plain.second = object(), object()
    ordered, counter = collections.OrderedDict(letters), collections.deque(range(1000, 1200))
    counter.popleft()
    small, large = set(few), set(range(1000, 1100))
    tracked = [few]
    generator = suspended(few)
    frame = next(generator)
    code = string.__code__
    reference = weakref.ref(plain, print)
    error = ValueError(few)
    now = datetime.datetime.now(datetime.timezone.utc)
    element, children = etree.Element("a", {"k": "v"}), None
    children = [etree.SubElement(element, "b") for _ in range(6)]
    cached = functools.lru_cache(maxsize=4)(lambda key: [key])
    answer = cached(few[0].__hash__)
    long_bytes, grown = b"some bytes", bytearray(b"abcdefgh")
    del grown[:2]

    def at(n, thing, path):
        return word(id(thing) + n[path])

    def refcount(n):
        size = 4 if n["object.ob_refcnt_bytes"] == 4 else 8
        before = int.from_bytes(read(id(few) + n["object.ob_refcnt"], size), "little")
        more = [few] * 1000
        return int.from_bytes(read(id(few) + n["object.ob_refcnt"], size), "little") - before == len(more)

    def ring(n):
        head = id(tracked) - n["gc.head_size"]
        following = word(head + n["gc.next"]) & n["gc.pointer_mask"]
        return following != 0 and word(following + n["gc.prev"]) & n["gc.pointer_mask"] == head

    def members(n):
        entry = at(n, types.ModuleType.__base__ and functools.partial, "type.tp_members")
        names = [text_at(word(entry + n["member_def.size"] * index + n["member_def.name"])) for index in range(3)]
        offsets = [word(entry + n["member_def.size"] * index + n["member_def.offset"]) for index in range(3)]
        return (names, offsets) == (["func", "args", "keywords"], [16, 24, 32])

    def set_items(n, table):
        size, first = n["set.entry_size"], at(n, table, "set.table")
        keys = [word(first + size * index + n["set.entry_key"]) for index in range(min(at(n, table, "set.mask") + 1, 4096))]
        return {key for key in keys if key} - {0} >= set(ids(table)) and at(n, table, "set.used") == len(table)

    def links(n):
        link = word(id(cached) + n["library.lru_cache.first_link"])
        return (word(link + n["library.lru_cache.link_result"]), word(link + n["library.lru_cache.link_next"])) == (id(answer), id(cached))

    def element_children(n):
        e = {name: n[f"library.element.{name}"] for name in ("extra", "attrib", "length", "allocated", "children", "extra_size")}
        extra = word(id(element) + e["extra"])
        size = etree.Element.__basicsize__ + 16 + e["extra_size"] + 8 * word(extra + e["allocated"])
        return (word(extra + e["attrib"]), words(word(extra + e["children"]), word(extra + e["length"])), size) == (
            id(element.attrib), ids(children), sys.getsizeof(element))

    def queued(n):
        filled = queue.SimpleQueue()
        for item in few:
            filled.put(item)
        filled.get()
        q = {name: word(id(filled) + n[f"library.simple_queue.{name}"]) for name in ("get_index", "items", "length", "capacity")}
        return (q["length"], q["capacity"], word(q["items"] + 8 * q["get_index"])) == (2, 8, id(few[1]))

    def digits(n):
        big = decimal.Decimal("1" * 200)
        if byte(id(big) + n["library.decimal.flags"]) & n["library.decimal.in_object"]:
            return False
        return sys.getsizeof(big) - sys.getsizeof(decimal.Decimal(1)) == 8 * word(id(big) + n["library.decimal.alloc"])

    def combined(n):
        chosen = itertools.permutations(range(5), 3)
        p = "library.combinatorics.permutations_"
        return (word(word(id(chosen) + n[p + "pool"]) + n["object.ob_size"]), word(id(chosen) + n[p + "r"])) == (5, 3)

    yield "references", refcount
    yield "collector's ring", ring
    yield "members", members
    yield "type of an object", lambda n: at(n, few, "object.ob_type") == id(list)
    yield "text of a dict", lambda n: dict_items(n, id(letters)) == pairs(letters)
    yield "anything in a dict", lambda n: dict_items(n, id(mixed)) == pairs(mixed)
    yield "size of a dict", lambda n: at(n, letters, "dict.ma_used") == 300
    yield "attributes", lambda n: attributes(n, plain) == [id(plain.first), id(plain.second)]
    yield "list", lambda n: words(at(n, few, "list.ob_item"), at(n, few, "object.ob_size")) == ids(few)
    yield "list's room", lambda n: sys.getsizeof(few) == n["list.size"] + 16 + 8 * at(n, few, "list.allocated")
    yield "tuple", lambda n: words(id(tuple(few)) + n["tuple.ob_item"], 0) == [] and word(id(code.co_names) + n["tuple.ob_item"]) == id(code.co_names[0])
    yield "set", lambda n: set_items(n, large) and set_items(n, small)
    yield "small set", lambda n: at(n, small, "set.table") == id(small) + n["set.smalltable"] and at(n, small, "set.mask") + 1 == n["set.min_size"]
    yield "deque", lambda n: (lambda f: (f[0], f[1], f[3]) == (ids(counter), f[2], f[4]))(deque_items(n, id(counter)))
    yield "array", lambda n: (lambda a: (word(id(a) + n["array.allocated"]), number(word(id(a) + n["array.ob_item"]) + 4),
                                         number(word(id(a) + n["array.ob_descr"]) + n["array.descr_itemsize"])) == (3, 8, 4))(array.array("i", [7, 8, 9]))
    yield "ordered dict", lambda n: word(at(n, ordered, "ordered_dict.od_first") + n["ordered_dict.node_key"]) == id(next(iter(ordered)))
    yield "ordered dict's second", lambda n: word(word(at(n, ordered, "ordered_dict.od_first") + n["ordered_dict.node_next"]) + n["ordered_dict.node_key"]) == ids(ordered)[1]
    yield "text", lambda n: all(string(n, text) == text for text in ("", "abc" * 9, "é" * 5, "\u1234ab", "\U00012345", type("S", (str,), {})("xyzé")))
    yield "int", lambda n: all(integer(n, value) == value for value in (1, -1, 2**30, -(2**62), 3**80))
    yield "bytes", lambda n: read(id(long_bytes) + n["bytes.ob_sval"], at(n, long_bytes, "object.ob_size")) == long_bytes
    yield "bytearray", lambda n: read(at(n, grown, "byte_array.ob_start"), 6) == grown and at(n, grown, "byte_array.ob_start") - at(n, grown, "byte_array.ob_bytes") == 2
    yield "cell", lambda n: at(n, at_cell(few), "cell.ob_ref") == id(few)
    yield "range", lambda n: [at(n, span, f"range.{part}") for span in [range(10**20, 10**30, 10**19)] for part in ("start",)] != [0]
    yield "frame", lambda n: locals_of(n, frame) == (id(suspended.__code__), id(few))
    yield "code", lambda n: [at(n, code, f"code.{part}") for part in ("co_consts", "co_names", "co_filename", "co_name", "co_linetable")] == ids(
        [code.co_consts, code.co_names, code.co_filename, code.co_name, code.co_linetable])
    yield "code's numbers", lambda n: [number(id(code) + n[f"code.{part}"]) for part in ("co_stacksize", "co_firstlineno", "co_nlocals", "co_argcount", "co_flags")] == [
        code.co_stacksize, code.co_firstlineno, code.co_nlocals, code.co_argcount, code.co_flags]
    yield "weak reference", lambda n: (at(n, reference, "weak_ref.wr_object"), at(n, reference, "weak_ref.wr_callback")) == (id(plain), id(print))
    yield "exception", lambda n: at(n, error, "exception.args") == id(error.args)
    yield "module", lambda n: at(n, gc, "module.md_dict") == id(gc.__dict__)
    yield "time zone", lambda n: byte(id(now) + n["date_time.hastzinfo"]) == 1 and at(n, now, "date_time.datetime_tzinfo") == id(now.tzinfo)
    yield "type", lambda n: (text_at(at(n, Plain, "type.tp_name")), at(n, Plain, "type.tp_basicsize"), at(n, Plain, "type.tp_flags"), at(n, Plain, "type.tp_base"),
                             at(n, Plain, "type.tp_bases"), at(n, Plain, "type.tp_mro"), at(n, Plain, "type.ht_name"), at(n, Plain, "type.ht_qualname")) == (
        "Plain", Plain.__basicsize__, Plain.__flags__, id(object), id(Plain.__bases__), id(Plain.__mro__), id(Plain.__name__), id(Plain.__qualname__))
    yield "type's offsets", lambda n: (at(n, set, "type.tp_weaklistoffset"), at(n, int, "type.tp_itemsize"), at(n, BaseException, "type.tp_dictoffset")) == (
        set.__weakrefoffset__, int.__itemsize__, BaseException.__dictoffset__)
    yield "cached results", links
    yield "element", element_children
    yield "decimal", digits
    yield "permutations", combined
    if MINOR >= 11:
        yield "code's variables", lambda n: at(n, code, "code.co_qualname") == id(code.co_qualname) and number(id(code) + n["code.co_nlocalsplus"]) == word(
            at(n, code, "code.co_localsplusnames") + n["object.ob_size"])
        yield "generator", lambda n: id(generator) + n["generator.iframe"] == at(n, frame, "frame_object.f_frame")
    else:
        yield "generator", lambda n: at(n, generator, "generator.gi_frame") == id(frame)
    if MINOR >= 12:
        yield "immortal", lambda n: number(id(None) + n["object.ob_refcnt"]) & 0xFFFFFFFF >= n["object.immortal_from"]
    if MINOR >= 13:
        yield "queue", queued
        yield "runtime", debug_offsets


def at_cell(value):
    return (lambda: value).__closure__[0]


class Recorder(dict):
    """Numbers that remember who was asked for."""

    def __init__(self, numbers):
        super().__init__(numbers)
        self.asked = set()

    def __getitem__(self, path):
        self.asked.add(path)
        return super().__getitem__(path)

    @staticmethod
    def only(numbers, prefix):
        return [(path, numbers[path]) for path in numbers if path.startswith(prefix)]


def holds(claim, numbers):
    try:
        return bool(claim(numbers))
    except (ArithmeticError, LookupError, ValueError, TypeError, MemoryError):
        return False


def main():
    numbers = json.load(open(sys.argv[1]))["layout"]
    made, false, users = list(claims()), [], {}
    for what, claim in made:
        recorder = Recorder(numbers)
        if not holds(claim, recorder):
            false.append(what)
        for path in recorder.asked:
            users.setdefault(path, []).append(claim)
    unnoticed = [path for path, used in users.items() if all(holds(claim, {**numbers, path: numbers[path] + 1}) for claim in used)]
    print(json.dumps({"false": false, "unnoticed": sorted(unnoticed), "unread": sorted(set(numbers) - set(users))}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
