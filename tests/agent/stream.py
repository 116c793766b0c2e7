"""What a snapshot's stream says about itself: facts, type names, faults. Enough for tests of the agent.

    snapshot = read("app.hsnap")        # AssertionError if it is not whole
    snapshot.facts["trigger"]           # "exit"
    snapshot.faults                     # [(type name, reason)]
"""

import pathlib
import struct

FACTS, TYPES, FAULTS, END = 1, 2, 8, 10


class Snapshot:
    def __init__(self):
        self.facts = {}
        self.type_names = {}  # by id
        self.fault_records = []  # (type id, reason)
        self.is_whole = False

    @property
    def faults(self):
        return [(self.type_names.get(number), reason) for number, reason in self.fault_records]


class Payload:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def __bool__(self):
        return self.at < len(self.data)

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def string(self):
        size = self.varint()
        self.at += size
        return self.data[self.at - size:self.at].decode("utf-8", "surrogatepass")


def receive(connection):
    """All that comes until the other end hangs up."""
    parts = []
    with connection:
        while data := connection.recv(2**16):
            parts.append(data)
    return b"".join(parts)


def read(path):
    return parse(pathlib.Path(path).read_bytes())


def parse(data):
    assert data[:8] == b"\x89HSNAP\r\n", f"no snapshot: {data[:40]!r}"
    snapshot, at = Snapshot(), 16
    while at < len(data):
        stored, raw, kind, codec = struct.unpack_from("<IIBB", data, at)
        payload = Payload(data[at + 16:at + 16 + stored])
        assert codec == 0 and stored == raw == len(payload.data), "a chunk is cut off"
        at += 16 + stored
        _READERS.get(kind, lambda *_: None)(snapshot, payload)
        snapshot.is_whole = kind == END
    assert snapshot.is_whole, "there is no end chunk"
    return snapshot


def _read_facts(snapshot, payload):
    while payload:
        key, tag = payload.string(), payload.byte()
        snapshot.facts[key] = payload.string() if tag == 1 else payload.varint()


def _read_types(snapshot, payload):
    while payload:
        number = payload.varint()
        for _ in range(8):  # address, metatype, base, flags, basicsize, itemsize, two offsets
            payload.varint()
        payload.byte(), payload.byte()  # layout, sizing
        module, name = payload.string(), payload.string()
        snapshot.type_names[number] = f"{module}.{name}" if module else name
        for _ in range(payload.varint()):
            payload.varint(), payload.byte(), payload.string()


def _read_faults(snapshot, payload):
    while payload:
        payload.varint()
        snapshot.fault_records.append((payload.varint(), payload.byte()))
        payload.string()


_READERS = {FACTS: _read_facts, END: _read_facts, TYPES: _read_types, FAULTS: _read_faults}
