"""Compares the names of fields with objects of this very interpreter.

    python layout_probe.py NUMBERS.json    prints {"wrong": [...], "unnamed": [...], "seen": [...]}

Memory is read through /proc/self/mem, so that a wrong number is a wrong answer and never a crash.
"""

import gc
import json
import os
import struct
import sys
import types

import layout_samples
import layout_samples_library

MEMORY = os.open("/proc/self/mem", os.O_RDONLY)
NAMED_ELSEWHERE = {  # their words are variables, items or slots: walkers of their own name them
    "frame",
    "generator",
    "coroutine",
    "async_generator",
    "hamt_array_node",
    "hamt_bitmap_node",
    "hamt_collision_node",
    "type",
    "itertools._tee_dataobject",
    "functools._lru_cache_wrapper",
}
NAMED_BY_NOBODY = {
    "xml.etree.ElementTree.TreeBuilder",
    "xml.etree.ElementTree.XMLParser",
}  # events and handlers, cached
NO_SUCH_ATTRIBUTE = object()


def read(address, size):
    try:
        data = os.pread(MEMORY, size, address)
    except (OSError, OverflowError, ValueError):
        data = b""
    return data if len(data) == size else bytes(size)


def word(address):
    return struct.unpack("<q", read(address, 8))[0]


def number(address):
    return struct.unpack("<i", read(address, 4))[0]


def text_at(address):
    return read(address, 64).split(b"\0")[0].decode("utf-8", "replace")


class Probe:
    def __init__(self, layout, fields):
        self.layout, self.fields = layout, fields
        self.wrong, self.unnamed, self.seen = [], set(), set()

    def type_name(self, kind):
        return text_at(word(id(kind) + self.layout["type.tp_name"]))

    def members(self, kind):
        """{offset: name} of a type's own PyMemberDefs that hold objects."""
        found, entry = {}, word(id(kind) + self.layout["type.tp_members"])
        while entry and word(entry):
            if number(entry + self.layout["member_def.type"]) in (6, 16):
                found[word(entry + self.layout["member_def.offset"])] = text_at(word(entry))
            entry += self.layout["member_def.size"]
        return found

    def names(self, kind):
        """{offset: (row, label, flags)} of the words that the table names, also by the bases."""
        found = {}
        for base in kind.__mro__:
            name = self.type_name(base)
            for offset, label, flags in self.fields.get(name, ()):
                found.setdefault(offset, (f"{name} {label}", label, flags))
        return found

    def inspect(self, thing):
        kind = type(thing)
        names, members = self.names(kind), {}
        for base in kind.__mro__:
            members.update(self.members(base))
        referents = {id(referent): referent for referent in gc.get_referents(thing)}
        for offset, (row, label, flags) in names.items():
            self.compare(thing, word(id(thing) + offset), row, label, flags, referents)
        known = set(names) | set(members) | {kind.__dictoffset__}
        if self.type_name(kind) in NAMED_ELSEWHERE | NAMED_BY_NOBODY or isinstance(thing, type):
            return
        for offset in range(16, kind.__basicsize__, 8):
            value = word(id(thing) + offset)
            if value in referents and value != id(kind) and offset not in known:
                self.unnamed.add(
                    f"{self.type_name(kind)} +{offset}: {type(referents[value]).__name__}"
                )

    def compare(self, thing, value, row, label, flags, referents):
        if value == 0:
            return
        attribute = NO_SUCH_ATTRIBUTE
        if label.startswith("."):
            attribute = attribute_of(thing, label[1:])
        if attribute is not NO_SUCH_ATTRIBUTE and id(attribute) == value:
            self.seen.add(row)
        elif value in referents:
            self.seen.add(row)
        elif flags and is_object(value, self.layout):
            self.seen.add(row)
        else:
            self.wrong.append(
                f"{row}: {value:#x} in {type(thing).__name__} is none of its references"
            )


def attribute_of(thing, name):
    try:
        return getattr(thing, name, NO_SUCH_ATTRIBUTE)
    except Exception:
        return NO_SUCH_ATTRIBUTE


def is_object(address, layout):
    """A word that points to what has a type, and a type is what has a metatype that is one."""
    kind = word(address + layout["object.ob_type"])
    metatype = word(kind + layout["object.ob_type"])
    return id(type) in (metatype, word(metatype + layout["object.ob_type"]))


def main():
    numbers = json.load(open(sys.argv[1]))
    probe = Probe(numbers["layout"], numbers["fields"])
    things = [*layout_samples.samples(), *layout_samples_library.samples()]
    hidden = [
        part
        for thing in things
        for part in ([] if isinstance(thing, types.ModuleType) else gc.get_referents(thing))
        if type(part).__name__
        in (
            "managedbuffer",
            "hamt",
            "_tee_dataobject",
            "CThunkObject",
            "_BytesIOBuffer",
            "Statement",
            "StgDict",
        )
    ]
    for thing in things + hidden:
        probe.inspect(thing)
    print(
        json.dumps(
            {"wrong": probe.wrong, "unnamed": sorted(probe.unnamed), "seen": sorted(probe.seen)}
        ),
        flush=True,
    )
    os._exit(0)  # samples do not like to be torn down


if __name__ == "__main__":
    main()
