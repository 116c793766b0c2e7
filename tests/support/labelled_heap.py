"""A snapshot's objects with the labels of their edges, printed as docs/format.md says.

    heap = read("app.hsnap")
    node = heap.nodes[id(something)]
    for label, target, kind in heap.edges(node): ...    # ".children", 0x7f.., "strong"
"""

import collections
import pathlib
import struct

import second_reader as format

Edge = collections.namedtuple("Edge", "label target kind")  # kind: strong, weak or maybe

COUNTED_LABELS = {
    format.ITEMS: "[{}]", format.SET: "{{{}}}", format.STACK: "<stack {}>", format.LOOSE: "<ref>",
    format.MAYBE: "<stack {}>", format.NAMES: "->ht_cached_keys[{}]"
}
FRAME_OF = {"coroutine": ".cr_frame", "async_generator": ".ag_frame"}


def read(path, checked=False):
    return format.parse(pathlib.Path(path).read_bytes(), checked, LabelledHeap())


class LabelledHeap(format.Heap):
    def type_of(self, node):
        return self.types[node.type]

    def value_of(self, node):
        return self.texts.get(node.address, node.value)

    def edges(self, node):
        """All of them, weak and possible ones too, in the order of the file."""
        own = self.types[node.type]
        if node.flags & format.REFERS_TO_TYPE:
            yield Edge("->ob_type", own.address, "strong")
        offsets = iter(node.offsets)
        for part in sorted(node.parts):
            kind = {format.WEAK: "weak", format.MAYBE: "maybe"}.get(part, "strong")
            if part in (format.WORDS, format.WEAK):
                labels = (own.fields.get(word) or f"<+{word * 8:#x}>" for word in offsets)
            else:
                labels = self._labels(node, own, part, node.parts[part])
            # Not zip(labels, ...): it would take one offset too many.
            for target, label in zip(node.parts[part], labels):
                if target and label is not None:
                    yield Edge(label, target, kind)

    def _labels(self, node, own, part, targets):
        """One for each target, None for one that is a name only and no reference."""
        if part == format.MAP:
            for i in range(0, len(targets), 2):
                yield f".keys()[{i // 2}]"
                yield f"[{self.key_text(targets[i])}]"
        elif part == format.MEMBERS:
            for i in range(0, len(targets), 2):
                yield None
                yield "." + self.name_text(targets[i])
        elif part == format.VALUES:
            in_dict = own.layout == format.DICT and format.MAP not in node.parts
            for name in self._padded(self.keys[node.prefix[part]].names, targets):
                if not name:
                    yield "<ref>"
                else:
                    yield f"[{self.key_text(name)}]" if in_dict else "." + self.name_text(name)
        elif part == format.LOCALS:
            for name in self._padded(self.local_names(node.prefix[part]), targets):
                yield "<ref>" if not name else self._local(own, name)
        elif part == format.THREAD_FRAMES:
            for i in range(len(targets)):
                yield f"f{len(targets) - 1 - i}"
        elif part == format.ITEMS and own.name == "<interpreter>":
            yield from [".atexit"] * len(targets)
        else:
            for i in range(len(targets)):
                yield COUNTED_LABELS[part].format(i)

    def _padded(self, names, targets):
        return list(names[:len(targets)]) + [0] * (len(targets) - len(names))

    def _local(self, own, name):
        if own.layout == format.STRUCTURE:
            return "." + self.name_text(name)
        frame = "" if own.layout == format.FRAME else FRAME_OF.get(own.name, ".gi_frame")
        return f"{frame}.f_locals[{self.key_text(name)}]"

    def local_names(self, code):
        """The strs that name a code object's fast locals."""
        if code not in self.nodes:
            return []
        tuples = {edge.label: edge.target for edge in self.edges(self.nodes[code])}
        names = []
        for label in ("->co_localsplusnames", ".co_varnames", ".co_cellvars", ".co_freevars"):
            if label in tuples:
                names += self.nodes[tuples[label]].parts.get(format.ITEMS, [])
        return names

    def text(self, address):
        """The characters of a str or bytes, None if it is none or they are not there."""
        node = self.nodes.get(address)
        value = node and self.value_of(node)
        return value.text if value else None

    def name_text(self, address):
        text = self.text(address)
        return self.key_text(address) if text is None else text

    def key_text(self, address):
        """What stands between brackets."""
        node = self.nodes.get(address)
        if node is None:
            return f"<object at {address:#x}>"
        own, value = self.type_of(node), self.value_of(node)
        if own.layout == format.NONE:
            return "None"
        if own.layout in (format.STR, format.BYTES) and value:
            return self._text_key(own, value)
        number = number_of(own.layout, value)
        if number is not None:
            return repr(number)
        return self._named_key(node, own) or f"<{own.name} object at {address:#x}>"

    def _text_key(self, own, value):
        if value.text is not None:
            whole = len(value.text) == value.n
            return repr(value.text) if whole else f"<{own.name} {value.n} {value.text!r}...>"
        mark = "" if value.bits is None else f" #{value.bits >> 40:06x}"
        return f"<{own.name} {value.n}{mark}>"

    def _named_key(self, node, own):
        if own.layout == format.TYPE:
            names = [known.name for known in self.types.values() if known.address == node.address]
            return names and f"<class '{names[0]}'>"
        referents = {edge.label: edge.target for edge in self.edges(node)}
        if own.layout == format.MODULE:
            spaces = self.nodes.get(referents.get(".__dict__"))
            names = [edge.target for edge in self.edges(spaces)
                     if edge.label == "['__name__']"] if spaces else []
            name = self.text(names[0]) if names else None
            return name and f"<module '{name}'>"
        if own.layout in (format.FUNCTION, format.CODE):
            what = "function" if own.layout == format.FUNCTION else "code"
            name = self.text(referents.get(".__qualname__" if what == "function" else ".co_name"))
            return name and f"<{what} {name} at {node.address:#x}>"
        return None


def number_of(layout, value):
    """The int, bool or float that a value says, None if it says none."""
    if not value or layout not in (format.INT, format.BOOL, format.FLOAT):
        return None
    if layout == format.FLOAT:
        return struct.unpack("<d", struct.pack("<Q", value.bits))[0]
    number = format.unzigzag(value.n)
    if value.bits is not None:
        number = value.bits - (value.bits >> 63 << 64)
    return bool(number) if layout == format.BOOL else number
