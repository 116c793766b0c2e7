"""Objects of the standard library's C types, made as in layout_samples.py."""

import abc
import array
import asyncio
import bz2
import csv
import ctypes
import datetime
import decimal
import functools
import io
import itertools
import json
import lzma
import operator
import os
import pickle
import queue
import re
import sqlite3
import ssl
import struct
import tempfile
import threading
import xml.etree.ElementTree as etree
import xml.parsers.expat
import zlib

from layout_samples import MINOR, Thing, function, kept, raised, step


def functional_tools():
    partial = functools.partial(function, [1], a=1)
    partial.attribute = 1
    cached = functools.lru_cache(maxsize=10)(function)
    cached.attribute = 1
    method = operator.methodcaller("absent", [1], key=[2])
    raised(lambda: method(Thing()))
    key = functools.cmp_to_key(function)
    yield from (
        partial,
        cached,
        key,
        key([1]),
        operator.attrgetter("a.b", "c"),
        operator.itemgetter(1, 2),
        method,
    )
    yield abc.ABC.__dict__["_abc_impl"]
    isinstance(1, abc.ABC)


def iteration_tools():
    items = [object() for _ in range(5)]
    groups = itertools.groupby(items, lambda item: [item])
    _, group = next(groups)
    left, right = itertools.tee(iter(items))
    yield from (groups, group, step(left), right)
    yield step(itertools.accumulate(items, lambda a, b: a, initial=object()), 2)
    if MINOR >= 12:
        yield itertools.batched(items, 2)
    yield from (
        step(itertools.chain(items, items)),
        step(itertools.combinations(items, 2)),
        step(itertools.permutations(items, 2)),
    )
    yield from (
        step(itertools.combinations_with_replacement(items, 2)),
        step(itertools.product(items, items)),
        itertools.repeat(items),
    )
    yield from (
        itertools.compress(items, items),
        itertools.count(10**30, 10**20),
        step(itertools.cycle(iter(items)), 2),
    )
    yield from (
        itertools.dropwhile(function, items),
        itertools.filterfalse(function, items),
        itertools.takewhile(function, items),
    )
    yield from (
        itertools.islice(iter(items), 1, 3),
        step(itertools.pairwise(items)),
        itertools.starmap(function, [items]),
    )
    yield step(itertools.zip_longest(items, items, fillvalue=[1]))


def tasks():
    loop = asyncio.new_event_loop()
    found = []

    async def fail():
        raise KeyError("key")

    async def main():
        future = loop.create_future()
        future.add_done_callback(function)
        future.add_done_callback(len)
        broken = loop.create_future()
        broken.set_exception(ValueError())

        async def waiter():
            await future

        waiting = loop.create_task(waiter(), name="a name")
        starting = loop.create_task(asyncio.sleep(0))
        found.extend([future, iter(future), broken, waiting, starting])
        found.extend(
            handle._callback
            for handle in loop._ready
            if type(handle._callback).__name__ == "TaskStepMethWrapper"
        )
        await asyncio.sleep(0)
        failing = loop.create_task(fail())
        stopped = loop.create_task(asyncio.sleep(100))
        await asyncio.sleep(0)
        stopped.cancel("a message")
        await asyncio.wait([failing, stopped])
        broken.exception(), failing.exception()
        found.extend([failing, stopped])

    loop.set_debug(True)
    loop.run_until_complete(main())
    yield from found


def files():
    folder = tempfile.mkdtemp()
    for mode in ("w+", "w", "r"):
        text = open(os.path.join(folder, "file"), mode)
        if mode != "r":
            text.write("hello")
        if mode == "w+":
            text.flush(), text.seek(0)
        if mode != "w":
            text.read(2)
        for part in (text, text.buffer, text.buffer.raw):
            part.attribute = 1
            yield part
        kept.append(text)
    memory = io.BytesIO(b"abc" * 10)
    memory.attribute = 1
    lines = io.StringIO("a\nb", newline=None)
    lines.attribute = 1
    reading, writing = os.pipe()
    pair = io.BufferedRWPair(io.FileIO(reading), io.FileIO(writing, "w"))
    pair.attribute = 1
    yield from (
        memory,
        memory.getbuffer(),
        lines,
        pair,
        io.IncrementalNewlineDecoder(io.IncrementalNewlineDecoder(None, True), True),
    )
    with os.scandir(folder) as entries:
        for entry in entries:
            entry.stat(), entry.stat(follow_symlinks=False)
            yield entry


def modules():
    threading_local = threading.local()
    threading_local.value = 1
    filled = queue.SimpleQueue()
    filled.put([1])
    pattern = re.compile("(?P<name>x)(y)")
    match = pattern.match("xy" * 3)
    match.regs
    form = struct.Struct("ii")
    yield from (
        threading_local,
        filled,
        pattern,
        match,
        pattern.scanner("xyz"),
        iter(array.array("i", [1])),
    )
    yield from (
        datetime.timezone(datetime.timedelta(hours=1), "a name"),
        form,
        form.iter_unpack(b"12345678"),
    )
    rows = csv.reader(["a,b"])
    next(rows)
    yield from (rows, rows.dialect, csv.writer(io.StringIO()))
    yield json.scanner.c_make_scanner(json.decoder.JSONDecoder())
    yield json.encoder.c_make_encoder(
        {}, function, json.encoder.encode_basestring_ascii, None, ": ", ", ", False, False, False
    )
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = function
    yield from (
        parser,
        decimal.Context(),
        decimal.localcontext(),
        bz2.BZ2Decompressor(),
        lzma.LZMADecompressor(),
    )
    yield from (zlib.compressobj(zdict=b"abc" * 4), zlib.decompressobj(zdict=b"abc" * 4))


def pickling():
    import _pickle

    class Callback(_pickle.Pickler):
        def reducer_override(self, thing):
            return NotImplemented

    pickler = _pickle.Pickler(io.BytesIO(), 5, buffer_callback=function)
    pickler.dispatch_table = {}
    pickler.dump(1)
    pickler.fast = 1
    unpickler = _pickle.Unpickler(io.BytesIO(pickle.dumps([1, 2])), buffers=[])
    unpickler.load()
    yield from (pickler, pickler.memo, unpickler, unpickler.memo)
    if MINOR != 13:  # read-only there
        pickler.persistent_id = function
        unpickler.persistent_load = function


def elements():
    element = etree.fromstring('<a b="1">text<c>inner</c>tail</a>')
    builder = etree.TreeBuilder(element_factory=function, comment_factory=function, pi_factory=len)
    busy = etree.TreeBuilder()
    busy.start("a", {}), busy.data("x"), busy.start("b", {}), busy.data("q")
    events = etree.XMLPullParser(["start", "end"])
    events.feed("<a>")
    yield from (
        element,
        element[0],
        iter(element.iter("c")),
        builder,
        busy,
        etree.XMLParser(target=busy),
        events._parser,
    )
    kept.append(events)


def foreign_functions():
    class Point(ctypes.Structure):
        _fields_ = [("x", ctypes.c_int), ("name", ctypes.c_char_p)]

    point = Point(1, b"xxxxx")
    made = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
    found = ctypes.CDLL(None).strlen
    found.argtypes, found.restype, found.errcheck = [ctypes.c_char_p], ctypes.c_size_t, function
    points = (Point * 2)()
    yield from (
        point,
        points,
        points[0],
        ctypes.pointer(point),
        ctypes.byref(point),
        Point.x,
        made,
        made(lambda x: x),
        found,
    )
    ctypes.POINTER(Point)
    yield Point


def databases():
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    cursor = connection.execute("select 1 as a, 2 as b union select 3, 4")
    yield from (connection, cursor, cursor.fetchone())
    if MINOR >= 11:
        connection.execute("create table t(b blob)")
        connection.execute("insert into t values(zeroblob(10))")
        yield connection.blobopen("t", "b", 1)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.sni_callback = function
    client = ssl.create_default_context()
    client._msg_callback = lambda *arguments: None
    secure = client.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="host.test")
    kept.append(secure)
    yield from (server, client, secure._sslobj)


def samples():
    for make in (
        functional_tools,
        iteration_tools,
        tasks,
        files,
        modules,
        pickling,
        elements,
        foreign_functions,
        databases,
    ):
        yield from make()
