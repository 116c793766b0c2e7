"""A second reader of snapshots, streams and files, written from docs/format.md alone.

    heap = read("app.hsnap")            # AssertionError where the document is not kept
    node = heap.nodes[id(something)]
    heap.types[node.type].name          # "app.Node"
    node.parts[ITEMS]                   # addresses

It takes about 10 us a node, and checks what it reads. labelled_heap.py adds the labels of edges.
"""

import collections
import ctypes
import ctypes.util
import pathlib
import struct
import subprocess

MAGIC = b"\x89HSNAP\r\n"
(FACTS, TYPES, KEYS, NODES, TEXTS, STRUCTURES, ROOTS, FAULTS, MEMORY, END,
 DISTRIBUTIONS, ALLOCATIONS, SITES) = range(1, 14)
(WORDS, WEAK, ITEMS, MAP, VALUES, SET, LOCALS, STACK, MAYBE, NAMES, LOOSE, VALUE, EXTERNAL,
 THREAD_FRAMES, MEMBERS, FIRST_UNKNOWN) = range(16)
COUNTED = [part for part in range(FIRST_UNKNOWN) if part not in (WORDS, WEAK, VALUE, EXTERNAL)]
PAIRS = (MAP, MEMBERS)
TRACKED, FROZEN, REFERS_TO_TYPE, CONTINUATION, INCOMPLETE = 1, 2, 4, 8, 16
(OTHER, DICT, LIST, TUPLE, SET_LAYOUT, STR, BYTES, INT, TYPE, CODE, FRAME, GENERATOR, MODULE,
 FUNCTION, CELL, WEAKREF, STRUCTURE, FLOAT, BOOL, NONE) = range(20)

Type = collections.namedtuple(
    "Type", "id address metatype base flags basicsize itemsize dictoffset "
    "weaklistoffset layout sizing module qualname fields name")
Keys = collections.namedtuple("Keys", "address names")
Value = collections.namedtuple("Value", "n bits text")
Interpreter = collections.namedtuple("Interpreter", "address id")
Thread = collections.namedtuple("Thread", "address interpreter ident native_id flags")
Frame = collections.namedtuple("Frame", "address owner depth code lasti line flags")
Root = collections.namedtuple("Root", "kind target label")
Fault = collections.namedtuple("Fault", "address type reason detail")
Site = collections.namedtuple("Site", "file line")


class Node:
    """One object or structure. A part is a list of targets, 0 where there is none."""
    __slots__ = ("address", "type", "size", "refcount", "flags", "offsets", "parts", "prefix",
                 "value", "external")


class Heap:
    def __init__(self):
        self.facts, self.types, self.keys, self.nodes = {}, {}, {}, {}
        self.texts, self.interpreters, self.threads, self.frames = {}, {}, {}, []
        self.roots, self.faults, self.distributions = [], [], []
        self.sites, self.allocations = {}, {}
        self.memory = collections.defaultdict(str)
        self.is_whole = False


def unzigzag(n):
    return n >> 1 ^ -(n & 1)


class Payload:
    """Reads on through one chunk."""

    def __init__(self, data):
        self.data, self.at, self.previous = data, 0, 0

    def __bool__(self):
        return self.at < len(self.data)

    def fixed(self, form):
        self.at += struct.calcsize(form)
        return struct.unpack_from("<" + form, self.data, self.at - struct.calcsize(form))[0]

    def u8(self):
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        data, at = self.data, self.at
        byte = data[at]
        at += 1
        value = byte & 127
        shift = 7
        while byte > 127:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
        assert value < 1 << 64 and shift <= 70, "a varint is too long"
        self.at = at
        return value

    def zigzag(self):
        return unzigzag(self.varint())

    def near(self):
        self.previous += self.zigzag() << 3
        return self.previous

    def bytes(self):
        size = self.varint()
        self.at += size
        assert self.at <= len(self.data), "a string goes past its chunk"
        return self.data[self.at - size:self.at]

    def string(self):
        return self.bytes().decode("utf-8", "surrogatepass")

    def value(self, layout):
        head = self.varint()
        form = head & 3
        assert form < 3, "a value has no form 3"
        bits = self.fixed("Q") if form == 1 else None
        text = (self.bytes() if layout == BYTES else self.string()) if form == 2 else None
        return Value(head >> 2, bits, text)


def read(path, checked=False):
    """checked: the checksums too, which takes a quarter of a second for a MiB."""
    return parse(pathlib.Path(path).read_bytes(), checked)


def parse(data, checked=False, heap=None):
    assert data[:8] == MAGIC, "no snapshot"
    assert data[8:10] == b"\1\0", "a major version that the document does not describe"
    heap, at, pending = heap or Heap(), 16, []
    while at < len(data):
        stored, raw, kind, codec, zero, crc = struct.unpack_from("<IIBBHI", data, at)
        assert stored <= 1 << 20 and raw <= 1 << 20 and zero == 0 and not heap.is_whole
        content = data[at + 16:at + 16 + stored]
        assert len(content) == stored, "a chunk is cut off"
        assert not checked or crc == crc32c(data[at:at + 12] + content), "a chunk's checksum fails"
        assert at > 16 or kind == FACTS, "the first chunk is not facts"
        at += 16 + stored
        content = decompress(content, raw) if codec else content
        assert codec < 2 and len(content) == raw
        if kind == NODES:
            pending.append(content)  # values need the layouts of all types
        elif kind in READERS:
            payload = Payload(content)
            while payload:
                READERS[kind](heap, payload)
        heap.is_whole = kind == END
    tell_types_apart(heap)
    for content in pending:
        read_nodes(heap, Payload(content))
    return heap


def tell_types_apart(heap):
    count = collections.Counter(known.name for known in heap.types.values())
    for number, known in heap.types.items():
        if count[known.name] > 1:
            heap.types[number] = known._replace(name=f"{known.name}@{known.address:#x}")


def read_fact(heap, p):
    key, tag = p.string(), p.u8()
    heap.facts[key] = (p.varint, p.string, p.zigzag)[tag]()


def read_type(heap, p):
    head = [p.varint() for _ in range(7)]
    head += [p.zigzag(), p.zigzag(), p.u8(), p.u8(), p.string(), p.string()]
    fields = {}
    for _ in range(p.varint()):
        word = p.varint()
        p.u8()
        fields[word] = p.string()
    module, qualname = head[-2:]
    name = f"{module}.{qualname}" if module not in ("", "builtins") else qualname
    heap.types[head[0]] = Type(*head, fields, name)


def read_keys(heap, p):
    number, address = p.varint(), p.varint()
    heap.keys[number] = Keys(address, [p.near() for _ in range(p.varint())])


def read_text(heap, p):
    address = p.near()
    heap.texts[address] = p.value(p.u8())


def read_structure(heap, p):
    what, address = p.u8(), p.varint()
    if what == 1:
        heap.interpreters[address] = Interpreter(address, p.zigzag())
    elif what == 2:
        heap.threads[address] = Thread(address, p.varint(), p.varint(), p.varint(), p.u8())
    else:
        assert what == 3, "a structure that the document does not describe"
        heap.frames.append(
            Frame(address, p.varint(), p.varint(), p.varint(), p.zigzag(), p.varint(), p.u8()))


def read_root(heap, p):
    kind = {1: "thread", 2: "interpreter", 3: "static-type"}[p.u8()]
    heap.roots.append(Root(kind, p.varint(), p.string()))


def read_fault(heap, p):
    heap.faults.append(Fault(p.varint(), p.varint(), p.u8(), p.string()))


def read_memory(heap, p):
    name = p.string()
    heap.memory[name] += p.string()


def read_site(heap, p):
    number, line = p.varint(), p.varint()
    assert number and number not in heap.sites, "two sites of one number"
    heap.sites[number] = Site(p.string(), line)


def read_allocation(heap, p):
    address = p.near()
    assert address not in heap.allocations, "an object was allocated twice"
    heap.allocations[address] = p.varint()


READERS = {
    FACTS: read_fact, END: read_fact, TYPES: read_type, KEYS: read_keys, TEXTS: read_text,
    STRUCTURES: read_structure, ROOTS: read_root, FAULTS: read_fault, MEMORY: read_memory,
    DISTRIBUTIONS: lambda heap, p: heap.distributions.append((p.string(), p.string(), p.string())),
    SITES: read_site, ALLOCATIONS: read_allocation,
}

NO_SLOT = (0, 0, 0, 0, 0, ((), ()), {})


def read_nodes(heap, p):
    last, hot, missed, number = [NO_SLOT] * 4096, [0] * 4096, 0, 0

    def edges(count):
        nonlocal missed
        found = []
        for _ in range(count):
            edge = p.varint()
            if edge == 1:
                found.append(0)
            elif edge & 1:
                found.append(hot[(edge >> 1) - 1])
            else:
                missed += unzigzag(edge >> 1) << 3
                hot[(missed >> 3) * 0x9E3779B97F4A7C15 % 2**64 >> 52] = missed
                found.append(missed)
        return found

    while p:
        node, head = Node(), p.u8()
        if not head & 1:
            number = p.varint()
        slot = last[number & 4095]
        if slot[0] != number:
            slot = NO_SLOT
        _, address, size, flags, parts, offsets, counts = slot
        address += p.zigzag() << 3 if head >> 4 == 15 else unzigzag(head >> 4) << 4
        if not head & 2:
            size = p.varint()
        if not head & 4:
            flags, parts = p.varint(), p.varint()
            assert parts < 1 << 32
            offsets = tuple(
                tuple(p.varint() for _ in range(p.varint())) if parts >> part & 1 else ()
                for part in (WORDS, WEAK))
        if head & 8:
            counts = {part: counts.get(part, 0) for part in COUNTED if parts >> part & 1}
        else:
            counts = {part: p.varint() for part in COUNTED if parts >> part & 1}
        few = len(offsets[0]) + len(offsets[1]) <= 16
        kept = offsets if few else ((), ())
        last[number & 4095] = (number, address, size, flags, parts, kept, counts)
        node.address, node.type, node.size = address, number, size
        node.flags = flags & ~CONTINUATION
        node.offsets = offsets[0] + offsets[1]
        node.refcount, start = p.varint(), p.varint() if flags & CONTINUATION else 0
        node.parts, node.prefix, node.value, node.external = {}, {}, None, 0
        for part in range(32):
            if not parts >> part & 1:
                continue
            if part >= FIRST_UNKNOWN:
                p.at += p.varint()
            elif part == VALUE:
                node.value = p.value(heap.types[number].layout)
            elif part == EXTERNAL:
                node.external = p.varint()
            else:
                if part in (VALUES, LOCALS):
                    node.prefix[part] = p.varint() if part == VALUES else edges(1)[0]
                count = len(offsets[part]) if part in (WORDS, WEAK) else counts[part]
                node.parts[part] = edges(count * 2 if part in PAIRS else count)
        if flags & CONTINUATION:
            append(heap.nodes[address], node, start)
        else:
            assert address not in heap.nodes, f"{address:#x} has two records"
            heap.nodes[address] = node


def append(node, more, start):
    first = min(more.parts)
    assert len(node.parts.setdefault(first, [])) == start, "edges are missing before a continuation"
    assert all(
        node.prefix.setdefault(part, prefix) == prefix for part, prefix in more.prefix.items())
    for part, targets in more.parts.items():
        assert part == first or part not in node.parts
        node.parts[part] = node.parts.get(part, []) + targets


def decompress(content, size):
    try:
        from compression import zstd
        return zstd.decompress(content)
    except ImportError:
        pass
    name = ctypes.util.find_library("zstd")
    if not name:
        return subprocess.run(["zstd", "-dc"], input=content, check=True,
                              stdout=subprocess.PIPE).stdout
    library = ctypes.CDLL(name)
    library.ZSTD_decompress.restype = ctypes.c_size_t
    room = ctypes.create_string_buffer(size)
    found = library.ZSTD_decompress(room, ctypes.c_size_t(size), content,
                                    ctypes.c_size_t(len(content)))
    assert found == size, "a zstd frame cannot be read"
    return room.raw


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _crc_of(byte):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    return byte


CRC = [_crc_of(byte) for byte in range(256)]
