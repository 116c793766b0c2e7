"""Claims like those of layout_claims.py about the standard library and about _PyRuntime."""

import builtins
import ctypes
import decimal
import functools
import itertools
import queue
import sys
import threading
import xml.etree.ElementTree as etree

from layout_claims import FEW, MINOR, at, claim, ids, words
from layout_probe import read, word


@claim
def a_cache_has_links(n):
    cached = functools.lru_cache(maxsize=4)(lambda key: [key])
    answer = cached(1)
    link = at(n, cached, "library.lru_cache.first_link")
    return [word(link + n[f"library.lru_cache.link_{part}"]) for part in ("result", "next")] == [
        id(answer),
        id(cached),
    ]


@claim
def an_element_has_children(n):
    element = etree.Element("a", {"k": "v"})
    children = [etree.SubElement(element, "b") for _ in range(6)]
    extra = at(n, element, "library.element.extra")
    held, length, room, first = (
        word(extra + n[f"library.element.{part}"])
        for part in ("attrib", "length", "allocated", "children")
    )
    size = etree.Element.__basicsize__ + 16 + n["library.element.extra_size"] + 8 * room
    return (held, words(first, length), size) == (
        id(element.attrib),
        ids(children),
        sys.getsizeof(element),
    )


@claim(since=13)
def a_queue_has_items(n):
    filled = queue.SimpleQueue()
    for item in FEW:
        filled.put(item)
    filled.get()
    index, items, length, room = (
        at(n, filled, f"library.simple_queue.{part}")
        for part in ("get_index", "items", "length", "capacity")
    )
    return (length, room, word(items + 8 * index)) == (2, 8, id(FEW[1]))


@claim
def numbers_and_permutations_have_blocks(n):
    big, chosen = decimal.Decimal("1" * 200), itertools.permutations(range(5), 3)
    block = sys.getsizeof(big) - sys.getsizeof(decimal.Decimal(1))
    pool = at(n, chosen, "library.combinatorics.permutations_pool")
    return (
        8 * at(n, big, "library.decimal.alloc"),
        word(pool + n["object.ob_size"]),
        at(n, chosen, "library.combinatorics.permutations_r"),
    ) == (block, 5, 3)


@claim(since=13)
def the_runtime_tells_its_offsets(n):
    runtime = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))

    def told(path):
        return word(runtime + n[f"hints.debug.{path}"])

    same = {
        "object_ob_type": "object.ob_type",
        "type_tp_name": "type.tp_name",
        "type_tp_flags": "type.tp_flags",
        "tuple_ob_item": "tuple.ob_item",
        "list_ob_item": "list.ob_item",
        "dict_ma_keys": "dict.ma_keys",
        "dict_ma_values": "dict.ma_values",
        "long_lv_tag": "integer.lv_tag",
        "long_ob_digit": "integer.digit",
        "bytes_ob_sval": "bytes.ob_sval",
        "unicode_state": "str.state",
        "unicode_length": "str.length",
        "unicode_asciiobject_size": "str.ascii_size",
        "frame.previous": "frame.previous",
        "frame.executable": "frame.f_executable",
        "frame.instr_ptr": "frame.instr_ptr",
        "frame.localsplus": "frame.localsplus",
        "frame.owner": "frame.owner",
    }
    same.update(
        (f"code.{name}", f"code.co_{name}")
        for name in (
            "filename",
            "name",
            "qualname",
            "linetable",
            "firstlineno",
            "localsplusnames",
            "localspluskinds",
        )
    )
    if MINOR >= 14:
        same["frame.stackpointer"] = "frame.stackpointer"
    head = read(runtime + n["hints.debug.cookie"], 8), told("version"), told("free_threaded")
    return head == (b"xdebugpy", sys.hexversion, 0) and all(
        told(path) == n[own] for path, own in same.items()
    )


@claim(since=13)
def the_runtime_leads_to_this_frame(n):
    runtime = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))

    def told(path):
        return word(runtime + n[f"hints.debug.{path}"])

    interpreter = word(runtime + told("runtime.interpreters_head"))
    thread = word(interpreter + told("interpreter.threads_head"))
    frame, codes = word(thread + told("thread.current_frame")), set()
    while frame and len(codes) < 64:
        codes.add(word(frame + n["frame.f_executable"]) & ~3)
        frame = word(frame + n["frame.previous"])
    held = [
        word(interpreter + told(f"interpreter.{name}"))
        for name in ("imports_modules", "sysdict", "builtins")
    ]
    return (
        held,
        word(thread + told("thread.thread_id")),
        word(thread + told("thread.interp")),
    ) == (
        ids([sys.modules, sys.__dict__, builtins.__dict__]),
        threading.get_ident(),
        interpreter,
    ) and id(
        sys._getframe().f_code
    ) in codes
