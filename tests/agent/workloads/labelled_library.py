"""As labelled.py, of types of the standard library that are written in C."""

import array
import asyncio
import contextvars
import csv
import ctypes
import datetime
import functools
import gc
import io
import json
import operator
import pickle
import re
import struct
import sys
import threading
import typing
import xml.etree.ElementTree

from labelled import Thing, expect, expect_attribute, referent, x, y, z

KEPT = []


def tools():
    partial = functools.partial(Thing, x, key=y)
    partial.attribute = z
    expect(partial, {".func": Thing, ".args": partial.args, ".keywords": partial.keywords,
                     ".__dict__": partial.__dict__})
    expect(operator.itemgetter(x), {"->item": x})
    caller = operator.methodcaller("name", x)
    expect(caller, {"->name": "name"})
    key = functools.cmp_to_key(max)(x)
    expect(key, {"->cmp": max, ".obj": x})


def caches():
    @functools.lru_cache(maxsize=8)
    def cached(argument):
        return argument

    @functools.lru_cache(maxsize=None)
    def unbounded(argument):
        return argument

    for function in (cached, unbounded):
        function(x), function(y)
        expect(function, {"->func": function.__wrapped__, ".__dict__": function.__dict__,
                          "->cache": referent(function, dict)})
    link = next(iter(referent(cached, dict).values()))
    expect(link, {"->result": x})
    descriptor = functools.cached_property(len)
    expect_attribute(descriptor, "func", len)


def contexts():
    variable = contextvars.ContextVar("variable %d" % id(x), default=y)
    expect(variable, {".name": variable.name, "->var_default": y})
    context = contextvars.copy_context()
    token = context.run(variable.set, x)
    expect(token, {".var": variable, "->tok_ctx": context})
    table = referent(context, type(gc.get_referents(context)[0]))
    expect(context, {"->ctx_vars": table})
    root = gc.get_referents(table)[0]
    expect(table, {"->h_root": root})
    KEPT.append((variable, context))


async def waits(future):
    local = Thing()
    KEPT.append(local)
    await future


def tasks():
    loop = asyncio.new_event_loop()
    future = loop.create_future()
    task = loop.create_task(waits(future))
    loop.run_until_complete(asyncio.sleep(0))
    done = loop.create_future()
    done.set_result(x)
    failed = loop.create_future()
    error = ValueError(y)
    failed.set_exception(error)
    failed.exception()  # so that nobody is told
    expect(future, {"._loop": loop})
    expect(task, {"._loop": loop, "._coro": task.get_coro(), "._fut_waiter": future})
    expect(done, {"._result": x})
    expect(failed, {"._exception": error})
    expect_attribute(loop, "_ready", loop._ready)
    KEPT.append((loop, task))


def memory():
    buffer, data = bytearray(b"abc"), b"xyz%d" % id(x)
    for owner in (buffer, data, array.array("i", [1])):
        view = memoryview(owner)
        managed = gc.get_referents(view)[0]
        expect(view, {"->mbuf": managed})
        expect(managed, {".obj": owner})
        KEPT.append(view)
    numbers = array.array("i", [1])
    expect(iter(numbers), {"->ao": numbers})
    raw = io.BytesIO(b"text")
    reader = io.BufferedReader(raw)
    text = io.TextIOWrapper(reader, encoding="utf-8")
    expect(reader, {".raw": raw})
    expect(text, {".buffer": reader})
    pattern, subject = re.compile("(?P<name>a)%d" % id(x)), "a%d" % id(x)
    match = pattern.match(subject)
    expect(pattern, {".pattern": pattern.pattern})
    expect(match, {".re": pattern, ".string": subject})
    form = struct.Struct("<%dI" % 7)
    expect(struct.Struct.iter_unpack(form, bytes(28)), {"->so": form})


def threads():
    local = threading.local()
    local.attribute = x
    zone = datetime.timezone(datetime.timedelta(hours=1), "a zone %d" % id(x))
    expect(datetime.datetime(2020, 1, 1, tzinfo=zone), {".tzinfo": zone})
    expect(datetime.time(1, tzinfo=zone), {".tzinfo": zone})
    expect(zone, {"->offset": zone.utcoffset(None)})
    KEPT.append(local)


def readers():
    lines = iter(["a,b"])
    reader = csv.reader(lines)
    expect(reader, {"->input_iter": lines, ".dialect": reader.dialect})
    scanner = json.JSONDecoder(object_hook=Thing).scan_once
    expect(scanner, {".object_hook": Thing})
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream)
    expect(pickler, {"->write": referent(pickler, type(stream.write))})
    element = xml.etree.ElementTree.Element("tag%d" % id(x), key="value")
    child = xml.etree.ElementTree.SubElement(element, "child")
    element.text = "text%d" % id(x)
    expect(element,
           {".tag": element.tag, ".text": element.text, "[0]": child, ".attrib": element.attrib})

    class Point(ctypes.Structure):
        _fields_ = [("x", ctypes.c_int)]

    points = (Point * 2)()
    expect(points[0], {"._b_base_": points})
    pointer = ctypes.pointer(points)
    expect(pointer, {"._objects": pointer._objects})


def types_of_typing():
    variable = typing.TypeVar("T", bound=Thing)
    expect_attribute(variable, "__bound__", Thing) if sys.version_info < (3, 12) else expect(
        variable, {".__bound__": Thing})
    generic = typing.List[variable]
    expect_attribute(generic, "__args__", generic.__args__)


for fill in (tools, caches, contexts, tasks, memory, threads, readers, types_of_typing):
    fill()
