"""As labelled.py, of code: functions, classes, descriptors, modules, exceptions, generators."""

import enum
import gc
import sys
import types
import weakref
from dataclasses import dataclass, field

from labelled import Plain, Thing, expect, expect_attribute, referent, x, y, z


def functions():
    free = Thing()

    def f(a=x, *, b=y) -> Thing:
        return free

    f.attribute = z
    expect(
        f, {
            ".__code__": f.__code__, ".__globals__": globals(), ".__defaults__": f.__defaults__,
            ".__kwdefaults__": f.__kwdefaults__, ".__closure__": f.__closure__,
            ".__name__": f.__name__, ".__qualname__": f.__qualname__, ".__module__": f.__module__,
            ".__dict__": f.__dict__, ".__builtins__": f.__globals__["__builtins__"]
        })
    expect(f, {".__annotations__": f.__annotations__})  # which makes them, if need be
    expect(f.__defaults__, {"[0]": x})
    expect(f.__kwdefaults__, {"['b']": y})
    expect(f.__closure__[0], {".cell_contents": free})
    expect(f.__dict__, {"['attribute']": z})
    code = f.__code__
    expect(
        code, {
            ".co_consts": code.co_consts, ".co_names": code.co_names,
            ".co_filename": code.co_filename, ".co_name": code.co_name
        })
    if sys.version_info >= (3, 11):
        expect(code,
               {".co_qualname": code.co_qualname, ".co_exceptiontable": code.co_exceptiontable})
    else:
        expect(
            code, {
                ".co_varnames": code.co_varnames, ".co_freevars": code.co_freevars,
                ".co_code": code.co_code
            })
    bound = Methods().method
    expect(bound, {".__func__": Methods.method, ".__self__": bound.__self__})
    items = [x]
    expect(items.append, {".__self__": items})
    expect(len, {".__self__": sys.modules["builtins"], ".__module__": len.__module__})
    wrapper = items.__len__
    expect(wrapper, {".__self__": items, "->descr": list.__len__})


class Methods:
    def method(self):
        pass

    @staticmethod
    def static():
        pass

    @classmethod
    def of_class(cls):
        pass

    @property
    def computed(self):
        """What it is."""

    @computed.setter
    def computed(self, value):
        pass

    @computed.deleter
    def computed(self):
        pass


def descriptors():
    space = Methods.__dict__
    expect(space["static"], {".__func__": Methods.static})
    expect(space["of_class"], {".__func__": Methods.of_class.__func__})
    computed = Methods.computed
    expect(
        computed, {
            ".fget": computed.fget, ".fset": computed.fset, ".fdel": computed.fdel,
            ".__doc__": computed.__doc__
        })
    own = super(Methods, Methods())
    expect(own, {".__thisclass__": Methods, ".__self__": own.__self__, ".__self_class__": Methods})
    member = WithSlot.slot
    expect(member, {".__objclass__": WithSlot, ".__name__": member.__name__})
    expect(str.join, {".__objclass__": str, ".__name__": str.join.__name__})
    expect(str.__len__, {".__objclass__": str})
    expect(dict.__dict__["fromkeys"], {".__objclass__": dict})
    expect(types.FunctionType.__dict__["__code__"], {".__objclass__": types.FunctionType})
    proxy = types.MappingProxyType({"k": x})
    expect(proxy, {"->mapping": referent(proxy, dict)})


class WithSlot:
    __slots__ = ("slot",)


class Meta(type):
    pass


class Base:
    __slots__ = ()


class Derived(Base, metaclass=Meta):
    attribute = x
    __slots__ = ("one", "__dict__")


class Colour(enum.Enum):
    RED = Thing()


class Flags(enum.Flag):
    A = 1


@dataclass
class Row:
    first: object
    more: list = field(default_factory=list)


def slotted_dataclass():
    @dataclass(slots=True)
    class Slotted:
        first: object
        second: object

    return Slotted


def classes():
    expect(
        Derived, {
            ".__bases__": Derived.__bases__, ".__mro__": Derived.__mro__, ".__base__": Base,
            ".__dict__": referent(Derived, dict), ".__name__": Derived.__name__,
            ".__qualname__": Derived.__qualname__, "->ob_type": Meta
        })
    expect(referent(Derived, dict), {"['attribute']": x})
    expect(int, {".__mro__": int.__mro__, ".__bases__": int.__bases__})
    expect(int, {".__dict__": gc.get_referents(int.__dict__)[0]})
    expect(gc.get_referents(int.__dict__)[0], {"['bit_length']": int.__dict__["bit_length"]})
    plain = Plain()
    expect(plain, {"->ob_type": Plain})
    expect_attribute(Colour.RED, "_value_", Colour.RED._value_)
    expect_attribute(Flags.A, "_name_", Flags.A._name_)
    row = Row(x)
    expect_attribute(row, "first", x)
    expect_attribute(row, "more", row.more)
    slotted = slotted_dataclass()(x, y)
    expect(slotted, {".first": x, ".second": y})
    expect_attribute(types.SimpleNamespace(a=x), "a", x, materialised=True)
    generic, union = list[Thing], int | str
    expect(generic, {".__origin__": list, ".__args__": generic.__args__})
    expect(union, {".__args__": union.__args__})


def modules():
    module = types.ModuleType("made_here")
    module.attribute = x
    expect(module, {".__dict__": module.__dict__})
    expect(module.__dict__, {"['attribute']": x})


def exceptions():
    def fails():
        local = Thing()
        try:
            raise KeyError(x)
        except KeyError as first:
            try:
                raise ValueError(local) from first
            except ValueError as second:
                return second

    error = fails()
    expect(
        error, {
            ".args": error.args, ".__traceback__": error.__traceback__,
            ".__context__": error.__context__, ".__cause__": error.__cause__
        })
    trace = error.__traceback__
    expect(trace, {".tb_frame": trace.tb_frame})
    expect(trace.tb_frame, {".f_locals['local']": error.args[0]})
    error.attribute = y
    expect_attribute(error, "attribute", y, materialised=True)
    name = "a file %d" % id(x)
    failed = OSError(2, "why %d" % id(x), name)
    expect(failed, {".filename": name, ".strerror": failed.strerror})
    expect(StopIteration(x), {".value": x})
    expect(SystemExit(x), {".code": x})
    expect(ImportError("m", name=name, path=name + "p"), {".name": name})
    expect(AttributeError("m", obj=x), {".obj": x})
    broken = UnicodeDecodeError("utf-8", b"\xff%d" % id(x), 0, 1, "why")
    expect(broken, {".object": broken.object})
    if sys.version_info >= (3, 11):
        group = ExceptionGroup("many", [error])  # noqa: F821: since 3.11
        expect(group, {".message": group.message, ".exceptions": group.exceptions})


def generator(argument):
    local = [argument]
    yield local
    yield None


async def coroutine(argument):
    local = [argument]
    await Awaitable()
    return local


async def async_generator(argument):
    local = [argument]
    yield local


class Awaitable:
    def __await__(self):
        yield self


def suspended():
    """Generators and the like that wait, have not begun, or are through."""
    waiting = generator(x)
    local = next(waiting)
    expect(waiting, {".__name__": waiting.__name__})
    expect_local(waiting, ".gi_frame", "argument", x)
    expect_local(waiting, ".gi_frame", "local", local)
    fresh = generator(y)
    expect_local(fresh, ".gi_frame", "argument", y)
    expect_code(fresh, ".gi_code", generator)
    routine = coroutine(x)
    routine.send(None)
    expect_local(routine, ".cr_frame", "argument", x)
    agen = async_generator(x)
    step = agen.__anext__()
    try:
        step.send(None)
    except StopIteration as ended:
        expect_local(agen, ".ag_frame", "local", ended.value)
    pending = agen.__anext__()
    expect(pending, {"->ags_gen": agen})
    expect(agen.athrow(ValueError), {"->agt_gen": agen})
    expect(routine.__await__(), {"->cw_coroutine": routine})
    seen = waiting if sys.version_info < (3, 11) else generator(z)
    next(seen)
    expect(seen, {".gi_frame": seen.gi_frame})  # from now on there is an object for it
    expect_local(seen, ".gi_frame", "argument", x if seen is waiting else z)
    through = generator(x)
    list(through)
    expect(through, {".__qualname__": through.__qualname__})


def expect_local(source, frame, name, target):
    """From 3.11 on a generator has its frame in itself; before, it is an object of its own."""
    if sys.version_info >= (3, 11):
        expect(source, {f"{frame}.f_locals[{name!r}]": target})
    else:
        frame_object = getattr(source, frame[1:])
        expect(source, {frame: frame_object})
        expect(frame_object, {f".f_locals[{name!r}]": target})


def expect_code(source, label, function):
    if sys.version_info < (3, 12):
        expect(source, {label: function.__code__})


def weak():
    target, plain = Thing(), Thing()

    def callback(_):
        pass

    expect(weakref.ref(target, callback), {".__callback__": callback, "weak ->wr_object": target})
    expect(weakref.ref(plain), {"weak ->wr_object": plain})
    expect(weakref.proxy(target, callback), {"->wr_callback": callback, "weak ->wr_object": target})
    values = weakref.WeakValueDictionary(k=target)
    expect_attribute(values, "data", values.data)
    # Kept, but not by what is tested.
    KEPT.extend([target, plain])


KEPT = []

for fill in (functions, descriptors, classes, modules, exceptions, suspended, weak):
    fill()
