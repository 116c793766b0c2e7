"""Claims about this very interpreter that hold only if the numbers of its layout are right.

    for check in CLAIMS: check(numbers)     numbers: {"list.ob_item": 24, ...}

A claim reads memory with the numbers and compares with what Python says. Memory is read as
layout_probe.py does, so that a wrong number is a wrong answer and never a crash.
"""

import array
import collections
import ctypes
import datetime
import functools
import gc
import sys
import weakref

from layout_probe import number, read, text_at, word

MINOR = sys.version_info[1]
MANY = 4096  # more than any count here: bounds what a wrong count makes us read
CLAIMS = []


def claim(function=None, since=10, until=99):
    if function is None:
        return functools.partial(claim, since=since, until=until)
    if since <= MINOR <= until:
        CLAIMS.append(function)
    return function


def byte(address):
    return read(address, 1)[0]


def words(address, count):
    return [word(address + 8 * index) for index in range(min(count, MANY))]


def ids(things):
    return [id(thing) for thing in things]


def at(n, thing, path):
    return word(id(thing) + n[path])


class Plain:
    pass


class Text(str):
    pass


def suspended(value):
    yield sys._getframe()


FEW = [object() for _ in range(3)]
LETTERS = {str(index): object() for index in range(300)}
MIXED = {1: object(), "a": object(), 2.5: object()}
if MINOR > 10:  # nobody sets the byte behind dk_kind: by chance it would be as dk_kind is
    for table in (LETTERS, MIXED):
        ctypes.c_ubyte.from_address(word(id(table) + 32) + 11).value = 0xFF
PLAIN = Plain()
PLAIN.first, PLAIN.second = object(), object()
ORDERED = collections.OrderedDict(LETTERS)
COUNTER = collections.deque(range(1000, 1200))
COUNTER.popleft()
GENERATOR = suspended(FEW)
FRAME = next(GENERATOR)
CODE = words.__code__


@claim
def references_are_counted(n):
    def count():
        return int.from_bytes(read(id(FEW) + n["object.ob_refcnt"], 4), "little")

    before, more = count(), [FEW] * 1000
    return count() - before == len(more)


@claim
def tracked_objects_form_a_ring(n):
    head = id(FEW) - n["gc.head_size"]
    following = word(head + n["gc.next"]) & ~3
    return following != 0 and word(following + n["gc.prev"]) & ~3 == head


@claim(since=12)
def none_is_immortal(n):
    return number(id(None) + n["object.ob_refcnt"]) & 0xFFFFFFFF >= 1 << 30


@claim
def an_object_has_a_type(n):
    return at(n, FEW, "object.ob_type") == id(list)


def dict_items(n, table):
    """[(key, value)] addresses of a dict that has a table of its own."""
    keys, general = at(n, table, "dict.ma_keys"), True
    if MINOR == 10:
        slots = word(keys + n["keys.dk_size"])
        first = keys + n["keys.dk_indices"] + slots * (1 if slots <= 0xFF else 2)
    else:
        first = keys + n["keys.dk_indices"] + (1 << byte(keys + n["keys.dk_log2_index_bytes"]))
        general = byte(keys + n["keys.dk_kind"]) == 0
    kind = "entry" if general else "unicode"
    size, key, value = (n[f"keys.{kind}_{part}"] for part in ("size", "key", "value"))
    entries = range(min(word(keys + n["keys.dk_nentries"]), MANY))
    found = [(word(first + size * i + key), word(first + size * i + value)) for i in entries]
    return [pair for pair in found if pair[1]]


@claim
def a_dict_has_entries(n):
    kinds = [
        byte(at(n, table, "dict.ma_keys") + n["keys.dk_kind"])
        for table in (LETTERS, MIXED)
        if MINOR > 10
    ]
    return (
        all(
            dict_items(n, table) == [(id(key), id(value)) for key, value in table.items()]
            for table in (LETTERS, MIXED)
        )
        and at(n, LETTERS, "dict.ma_used") == 300
        and kinds in ([], [1, 0])
    )


@claim
def an_instance_has_attributes(n):
    count = word(at(n, Plain, "type.ht_cached_keys") + n["keys.dk_nentries"]) if MINOR > 10 else 0
    if MINOR == 10:
        table = word(id(PLAIN) + Plain.__dictoffset__)
        values, count = word(table + n["dict.ma_values"]), word(table + n["dict.ma_used"])
    elif MINOR == 11:
        values = at(n, PLAIN, "instance.managed_values")
    elif MINOR == 12:
        values = at(n, PLAIN, "instance.managed_dict") + 1
    else:
        values = id(PLAIN) + at(n, Plain, "type.tp_basicsize")
        if [byte(values + n[f"values.{flag}"]) for flag in ("valid", "used")] != [1, 2]:
            return False
    found = [value for value in words(values + n["values.first"], count) if value]
    return found == [id(PLAIN.first), id(PLAIN.second)]


@claim
def a_list_has_items(n):
    items = words(at(n, FEW, "list.ob_item"), at(n, FEW, "object.ob_size"))
    room = n["list.size"] + 16 + 8 * at(n, FEW, "list.allocated")
    return items == ids(FEW) and sys.getsizeof(FEW) == room


@claim
def a_tuple_has_items(n):
    few = tuple(FEW)
    return words(id(few) + n["tuple.ob_item"], at(n, few, "object.ob_size")) == ids(few)


@claim
def a_set_has_items(n):
    small, large = set(FEW), set(range(1000, 1100))
    for table in (small, large):
        first, slots = at(n, table, "set.table"), at(n, table, "set.mask") + 1
        keys = [
            word(first + n["set.entry_size"] * i + n["set.entry_key"])
            for i in range(min(slots, MANY))
        ]
        if sorted(filter(None, keys)) != sorted(ids(table)) or at(n, table, "set.used") != len(
            table
        ):
            return False
    inside = at(n, small, "set.table") == id(small) + n["set.smalltable"]
    return inside and at(n, small, "set.mask") + 1 == n["set.min_size"]


@claim
def a_deque_has_blocks(n):
    block, index = at(n, COUNTER, "deque.leftblock"), at(n, COUNTER, "deque.leftindex")
    found = []
    for _ in range(min(at(n, COUNTER, "object.ob_size"), MANY)):
        if index >= n["deque.block_length"]:
            block, index = word(block + n["deque.block_right"]), 0
        found.append(word(block + n["deque.block_data"] + 8 * index))
        index += 1
    last = at(n, COUNTER, "deque.rightblock"), at(n, COUNTER, "deque.rightindex")
    return found == ids(COUNTER) and (block, index - 1) == last


@claim
def an_ordered_dict_has_nodes(n):
    first = at(n, ORDERED, "ordered_dict.od_first")
    second = word(first + n["ordered_dict.node_next"])
    return [word(node + n["ordered_dict.node_key"]) for node in (first, second)] == ids(ORDERED)[:2]


@claim
def an_array_has_items(n):
    some = array.array("i", [7, 8, 9])
    size = number(at(n, some, "array.ob_descr") + n["array.descr_itemsize"])
    return (at(n, some, "array.allocated"), size, number(at(n, some, "array.ob_item") + 4)) == (
        3,
        4,
        8,
    )


def text_of(n, text):
    state = number(id(text) + n["str.state"])
    kind, compact, ascii = (
        state >> n[f"str.{bits}_shift"] for bits in ("kind", "compact", "ascii")
    )
    if compact & 1:
        data = id(text) + (n["str.ascii_size"] if ascii & 1 else n["str.compact_size"])
    else:
        data = at(n, text, "str.data")
    coding = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}.get(kind & 7, "ascii")
    return read(data, min(at(n, text, "str.length") * (kind & 7), MANY)).decode(coding, "replace")


@claim
def a_text_has_letters(n):
    texts = ("", "abc" * 9, "\xe9" * 5, "\u1234ab", "\U00012345", Text("xyz\xe9"))
    return all(text_of(n, text) == text for text in texts)


def value_of(n, value):
    if MINOR >= 12:
        tag = at(n, value, "integer.lv_tag")
        count, sign = tag >> 3, 1 - (tag & 3)
    else:
        size = at(n, value, "object.ob_size")
        count, sign = abs(size), -1 if size < 0 else 1
    first = id(value) + n["integer.digit"]
    digits = [number(first + n["integer.digit_size"] * i) for i in range(min(count, MANY))]
    return sign * sum(digit << 30 * index for index, digit in enumerate(digits))


@claim
def an_int_has_digits(n):
    return all(value_of(n, value) == value for value in (1, -1, 2**30, -(2**62), 3**80))


@claim
def bytes_and_bytearray_have_data(n):
    some, grown = b"some bytes", bytearray(b"abcdefgh")
    del grown[:2]
    start = at(n, grown, "byte_array.ob_start")
    same = read(id(some) + n["bytes.ob_sval"], at(n, some, "object.ob_size")) == some
    return same and read(start, 6) == grown and start - at(n, grown, "byte_array.ob_bytes") == 2


@claim
def a_code_has_parts(n):
    names = ["co_consts", "co_names", "co_filename", "co_name", "co_linetable"]
    counts = ["co_stacksize", "co_firstlineno", "co_nlocals", "co_argcount", "co_flags"]
    if MINOR >= 11:
        names.append("co_qualname")
        variables = at(n, CODE, "code.co_localsplusnames")
        count = number(id(CODE) + n["code.co_nlocalsplus"])
        if word(variables + n["object.ob_size"]) != count:
            return False
    return [at(n, CODE, f"code.{name}") for name in names] == [
        id(getattr(CODE, name)) for name in names
    ] and [number(id(CODE) + n[f"code.{name}"]) for name in counts] == [
        getattr(CODE, name) for name in counts
    ]


@claim
def a_suspended_frame_has_locals(n):
    if MINOR == 10:
        found = at(n, FRAME, "frame_object.f_code"), at(n, FRAME, "frame_object.f_localsplus")
        return found == (id(suspended.__code__), id(FEW)) and at(
            n, GENERATOR, "generator.gi_frame"
        ) == id(FRAME)
    inner = at(n, FRAME, "frame_object.f_frame")
    code, local = (word(inner + n[f"frame.{part}"]) & ~3 for part in ("f_executable", "localsplus"))
    owner = byte(inner + n["frame.owner"])
    return (code, local, inner, owner) == (
        id(suspended.__code__),
        id(FEW),
        id(GENERATOR) + n["generator.iframe"],
        1,
    )


@claim
def small_objects_have_fields(n):
    cell, error = (lambda: FEW and cell).__closure__[0], ValueError(FEW)
    reference = weakref.ref(PLAIN, print)
    now = datetime.datetime.now(datetime.timezone.utc)
    span = range(10**20, 10**30, 10**19)
    return [
        at(n, cell, "cell.ob_ref"),
        at(n, error, "exception.args"),
        at(n, gc, "module.md_dict"),
        at(n, reference, "weak_ref.wr_object"),
        at(n, reference, "weak_ref.wr_callback"),
        byte(id(now) + n["date_time.hastzinfo"]),
        at(n, now, "date_time.datetime_tzinfo"),
        at(n, span, "range.start"),
        at(n, span, "range.stop"),
        at(n, span, "range.step"),
    ] == [
        id(cell),
        id(error.args),
        id(gc.__dict__),
        id(PLAIN),
        id(print),
        1,
        id(now.tzinfo),
        id(span.start),
        id(span.stop),
        id(span.step),
    ]


@claim
def a_type_has_slots(n):
    names = {
        "tp_base": "__base__",
        "tp_bases": "__bases__",
        "tp_mro": "__mro__",
        "ht_name": "__name__",
        "ht_qualname": "__qualname__",
    }
    counts = {
        "tp_basicsize": (set, "__basicsize__"),
        "tp_itemsize": (int, "__itemsize__"),
        "tp_flags": (set, "__flags__"),
        "tp_weaklistoffset": (set, "__weakrefoffset__"),
        "tp_dictoffset": (BaseException, "__dictoffset__"),
    }
    parts = [
        at(n, Plain, f"type.{slot}") == id(getattr(Plain, name)) for slot, name in names.items()
    ]
    parts += [
        at(n, kind, f"type.{slot}") == getattr(kind, name) for slot, (kind, name) in counts.items()
    ]
    return all(parts) and text_at(at(n, Plain, "type.tp_name")) == "Plain"


@claim
def a_type_has_members(n):
    first, size = at(n, functools.partial, "type.tp_members"), n["member_def.size"]
    found = [
        (
            text_at(word(first + size * i + n["member_def.name"])),
            word(first + size * i + n["member_def.offset"]),
        )
        for i in range(3)
    ]
    return found == [("func", 16), ("args", 24), ("keywords", 32)]
