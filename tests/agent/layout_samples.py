"""Objects of the interpreter's own types with as many fields set as Python code can set.

    for thing in samples(): ...

layout_probe.py reads them word by word. Runs on every supported version; what a version lacks is
left out.
"""

import asyncio
import collections
import contextvars
import pickle
import re
import sys
import types
import typing
import weakref

MINOR = sys.version_info[1]
kept = []  # what samples refer to only weakly or not at all


class Thing:
    def method(self):
        return super()


def function(first=[1], *, second=(2, [3])) -> int:
    """a docstring"""
    return Thing


function.attribute = 1
function.__type_params__ = ()


def closure():
    value = [1]

    def inner():
        return value

    return inner


def generator(value):
    yield value


async def sleeper():
    await asyncio.sleep(0)


async def asynchronous(value):
    yield value


def step(iterator, count=1):
    for _ in range(count):
        next(iterator, None)
    return iterator


def raised(action):
    try:
        action()
    except BaseException as error:
        error.attribute = 1
        return error


def chained():
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise KeyError("key") from error


def functions_and_types():
    class Property:
        value = property(function, function, function, "doc")

    yield from (
        function,
        closure().__closure__[0],
        types.MethodType(function, Thing()),
        Thing().method(),
    )
    yield from (
        classmethod(function),
        staticmethod(function),
        [].append,
        dict.fromkeys,
        re,
        Property.value,
    )
    yield from (
        dict.__dict__["fromkeys"],
        str.join,
        type.__dict__["__mro__"],
        type.__dict__["__base__"],
        int.__add__,
        (1).__add__,
    )
    yield from (
        types.MappingProxyType({}),
        types.SimpleNamespace(a=1),
        slice([], [1], [2]),
        function.__code__,
    )
    thing = Thing()
    kept.append(thing)
    yield from (
        weakref.ref(thing, function),
        weakref.proxy(thing, function),
        weakref.proxy(function, len),
    )


def generators_and_frames():
    sys.set_coroutine_origin_tracking_depth(3)
    coroutine = sleeper()
    sys.set_coroutine_origin_tracking_depth(0)
    sys.set_asyncgen_hooks(firstiter=None, finalizer=function)
    agen = asynchronous([1])
    first = agen.asend(None)
    raised(lambda: first.send(None))
    yield from (
        step(generator([1])),
        coroutine,
        coroutine.__await__(),
        agen,
        agen.asend([1]),
        agen.athrow(ValueError),
        agen.aclose(),
    )
    yield anext(agen, [1])
    sys.set_asyncgen_hooks(None, None)
    frame = sys._getframe()
    yield frame


def exceptions():
    error = raised(chained)
    yield from (
        error,
        error.__traceback__,
        ImportError("message", name="name of it", path="a path"),
        StopIteration([1]),
        SystemExit([1]),
    )
    yield OSError(2**40, "an error", "a file", None, "b file")
    yield from (
        raised(lambda: undefined_name),
        raised(lambda: Thing().absent),
        raised(lambda: b"\xff".decode()),
    )  # noqa: F821
    yield raised(lambda: compile("a b", "file name", "exec"))
    if MINOR >= 11:
        yield ExceptionGroup("a message", [ValueError()])  # noqa: F821


def iterators():
    class Sequence:
        def __getitem__(self, index):
            return 1

        def __len__(self):
            return 3

    for container in (
        [1],
        (1, 2),
        b"ab",
        bytearray(b"a"),
        "abc",
        "\u1234b",
        {1},
        Sequence(),
        range(10**20, 10**30, 10**19),
    ):
        yield iter(container)
    table = {object(): object()}
    for view in (table.keys(), table.values(), table.items()):
        yield from (view, iter(view), reversed(view))
    ordered = collections.OrderedDict(a=object(), b=object())
    ordered.attribute = 1
    view = memoryview(bytearray(10))
    yield from (
        ordered,
        step(iter(ordered.items())),
        view,
        pickle.PickleBuffer(b"x" * 10),
        range(10**20, 10**30, 10**19),
    )
    yield from (
        reversed([1]),
        reversed(Sequence()),
        iter(lambda: 1, [1]),
        step(enumerate([object()], 10**25)),
        filter(function, [1]),
    )
    yield from (map(function, [1], [2]), step(zip([object(), 2], [object(), 2])))
    yield from (
        collections.defaultdict(function),
        iter(collections.deque([1])),
        reversed(collections.deque([1])),
    )
    yield collections.namedtuple("Pair", "first second").__dict__["first"]
    if MINOR >= 11:
        yield iter(view)


def typing_objects():
    variable = typing.TypeVar("variable", bound=int)
    alias = list[variable]
    alias.__parameters__
    union = list[variable] | int
    union.__parameters__
    yield from (alias, union)
    if MINOR >= 11:
        yield iter(tuple[int])
    for source in (
        "type Alias[T: int, *Ts, **P] = list[T]\n"
        "def generic[T: (int, str), U: list, *Vs, **P](): pass",
        "def defaults[T=int, *Ts=*tuple[int], **P=[int]](): pass",
    )[: max(0, MINOR - 11)]:
        for evaluate in (False, True):
            names = {}
            exec(source, names)
            for made in (names.get("Alias"), names.get("generic"), names.get("defaults")):
                if made is None:
                    continue
                for parameter in made.__type_params__:
                    if evaluate:
                        for name in ("__bound__", "__constraints__", "__default__"):
                            getattr(parameter, name, None)
                    if isinstance(parameter, typing.ParamSpec):
                        yield from (parameter.args, parameter.kwargs)
                    yield parameter
            if "Alias" in names:
                if evaluate:
                    names["Alias"].__value__
                yield names["Alias"]


def contexts():
    variables = [contextvars.ContextVar(f"v{index}", default=[index]) for index in range(100)]
    context = contextvars.copy_context()
    for variable in variables:
        context.run(variable.set, [1])
    token = variables[0].set([1])
    yield from (
        context,
        variables[0],
        token,
        variables[0].set([2]),
        iter(context),
        iter(context.values()),
        iter(context.items()),
    )


def newest():
    if MINOR >= 14:
        template = eval("t'a{function!r:>{1}}b'")
        yield from (template, iter(template), template.interpolations[0])
    if MINOR >= 15:
        yield sentinel("a name")  # noqa: F821
        names = {}
        exec("lazy import shelve\nlazy from wsgiref import headers", names)
        yield from list(names.values())[-2:]


def samples():
    for make in (
        functions_and_types,
        generators_and_frames,
        exceptions,
        iterators,
        typing_objects,
        contexts,
        newest,
    ):
        yield from make()
