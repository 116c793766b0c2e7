"""Objects, what they refer to, and the label that this reference must have.

    expect([x], {"[0]": x})

EXPECTED is a list of (source, label, target), all kept alive. labelled_code.py and
labelled_library.py have more of the same.
"""

import collections
import gc
import itertools
import sys

EXPECTED = []


def expect(source, targets):
    EXPECTED.extend((source, label, target) for label, target in targets.items())


def referent(source, kind):
    """What a C object refers to and no attribute gives."""
    return next(found for found in gc.get_referents(source) if type(found) is kind)


class Thing:
    """What stands in containers: an object of its own for each place."""


x, y, z = Thing(), Thing(), Thing()


class Slots:
    __slots__ = ("a", "b")


class SlotsAndDict(Slots):
    __slots__ = ("c", "__dict__", "__weakref__")


class Plain:
    pass


class DictOf(dict):
    pass


class ListOf(list):
    pass


class TupleOf(tuple):
    pass


class SetOf(set):
    pass


class FrozenSetOf(frozenset):
    pass


class DequeOf(collections.deque):
    pass


class StrOf(str):
    pass


class IntOf(int):
    pass


class OrderedOf(collections.OrderedDict):
    pass


class DefaultOf(collections.defaultdict):
    pass


def containers():
    expect([x, y], {"[0]": x, "[1]": y})
    expect((x, y), {"[0]": x, "[1]": y})
    expect({"k": x, "it's": y}, {"['k']": x, "[\"it's\"]": y})
    key = "only here %d" % id(x)
    expect({key: x}, {".keys()[0]": key, f"[{key!r}]": x})
    expect({1: x, b"b": y, None: z, 1.5: x, True + 1: y},
           {"[1]": x, "[b'b']": y, "[None]": z, "[1.5]": x, "[2]": y})
    expect({(x, 1): y}, {})
    pair = (x, "pair")
    expect({pair: y}, {".keys()[0]": pair, f"[<tuple object at {id(pair):#x}>]": y})
    deleted = {"a": 1, "b": 2, "c": x}
    del deleted["a"], deleted["b"]
    expect(deleted, {"['c']": x})
    for kind in (set, frozenset, SetOf, FrozenSetOf):
        items = kind([x, y, z])
        expect(items, {"{%d}" % i: item for i, item in enumerate(items)})
    expect(collections.deque([x, y]), {"[0]": x, "[1]": y})
    long = collections.deque(range(200))
    long.rotate(77)
    long.extend([x, y])
    long.appendleft(z)
    expect(long, {"[0]": z, "[201]": x, "[202]": y})
    expect(collections.OrderedDict(a=x), {"['a']": x})
    expect(collections.defaultdict(Thing, a=x), {"['a']": x, ".default_factory": Thing})
    expect(collections.Counter(a=x), {"['a']": x})
    named = collections.namedtuple("Named", "first second")(x, y)
    expect(named, {"[0]": x, "[1]": y})
    expect(type(named).first, {".__doc__": type(named).first.__doc__})
    chain = collections.ChainMap({"a": x})
    expect_attribute(chain, "maps", chain.maps)
    if sys.version_info >= (3, 15):
        expect(frozendict({"k": x}), {"['k']": x})  # noqa: F821: a builtin


def subclasses():
    """Attributes beside the contents, with a dict and without."""
    for source, label in ((DictOf(k=x), "['k']"), (ListOf([x]), "[0]"), (TupleOf([x]), "[0]"),
                          (SetOf([x]), "{0}"), (FrozenSetOf([x]), "{0}"), (DequeOf([x]), "[0]"),
                          (OrderedOf(k=x), "['k']"), (DefaultOf(None, k=x), "['k']")):
        source.attribute = y
        expect(source, {label: x})
        expect_attribute(source, "attribute", y)
    for source in (StrOf("s"), IntOf(7), IntOf(-2**70)):
        source.attribute = y
        expect_attribute(source, "attribute", y)


def expect_attribute(source, name, target, materialised=False):
    """`.name` of an instance without a dict, or the two steps through its dict."""
    EXPECTED.append((source, "attribute " + name, target))
    if materialised:
        EXPECTED.append((source, ".__dict__", source.__dict__))


def instances():
    plain = Plain()
    plain.a = x
    plain.b = y
    expect_attribute(plain, "a", x)
    expect_attribute(plain, "b", y)
    with_dict = Plain()
    with_dict.a = x
    expect_attribute(with_dict, "a", x, materialised=True)
    many = Plain()
    for i in range(60):  # more than are shared
        setattr(many, f"a{i}", x)
    expect_attribute(many, "a59", x)
    odd = Plain()
    odd.__dict__[1] = y
    odd.a = x
    expect(odd.__dict__, {"[1]": y, "['a']": x})
    replaced = Plain()
    replaced.__dict__ = space = {"a": x}
    expect(replaced, {".__dict__": space})
    slots = Slots()
    slots.a, slots.b = x, y
    expect(slots, {".a": x, ".b": y})
    both = SlotsAndDict()
    both.a, both.c, both.d = x, y, z
    expect(both, {".a": x, ".c": y, ".__dict__": both.__dict__})
    expect_attribute(both, "d", z)


def iterators():
    items, mapping = [x, y], {"k": x}
    for source in (iter(items), reversed(items)):
        expect(source, {"->it_seq": items})
    for sequence in ((x, y), "text", "täxt", b"bytes", bytearray(b"b")):
        expect(iter(sequence), {"->it_seq": sequence})

    class Sequence:
        def __getitem__(self, i):
            return self

    sequence, members = Sequence(), {x}
    expect(iter(sequence), {"->it_seq": sequence})
    expect(iter(members), {"->si_set": members})
    end = Thing()
    expect(iter(Thing, end), {"->it_callable": Thing, "->it_sentinel": end})
    for view in (mapping.keys(), mapping.values(), mapping.items()):
        expect(view, {".mapping": mapping})
        expect(iter(view), {"->di_dict": mapping})
        expect(reversed(view), {"->di_dict": mapping})
    ordered = collections.OrderedDict(mapping)
    for view in (ordered.keys(), ordered.values(), ordered.items()):
        expect(view, {".mapping": ordered})
        expect(iter(view), {"->di_odict": ordered})
    queue = collections.deque([x])
    expect(iter(queue), {"->deque": queue})
    expect(reversed(queue), {"->deque": queue})
    inner = iter(items)
    expect(enumerate(inner), {"->en_sit": inner})
    pair = (x, y)
    expect(reversed(pair), {"->seq": pair})
    expect(filter(Thing, inner), {"->func": Thing, "->it": inner})
    mapped, zipped = map(Thing, inner), zip(inner, pair)
    expect(mapped, {"->func": Thing, "->iters": referent(mapped, tuple)})
    expect(zipped, {"->ittuple": gc.get_referents(zipped)[0]})
    memory = memoryview(bytearray(b"abc"))
    expect(iter(memory), {"->it_seq": memory})
    if sys.version_info >= (3, 11):
        generic = list[Thing]
        expect(iter(generic), {"->obj": generic})
    a, b, c = 2**40 + id(x), 2**41 + id(x), 3**9
    expect(range(a, b, c), {".start": a, ".stop": b, ".step": c})
    expect(slice(x, y, z), {".start": x, ".stop": y, ".step": z})


def iterator_tools():
    source = iter([x, y])
    expect(itertools.chain.from_iterable(source), {"->source": source})
    expect(itertools.accumulate(source, max, initial=x),
           {"->it": source, "->binop": max, "->initial": x})
    expect(itertools.cycle(source), {"->it": source})
    expect(itertools.dropwhile(bool, source), {"->func": bool, "->it": source})
    expect(itertools.takewhile(bool, source), {"->func": bool, "->it": source})
    expect(itertools.filterfalse(bool, source), {"->func": bool, "->it": source})
    expect(itertools.islice(source, 1), {"->it": source})
    expect(itertools.starmap(bool, source), {"->func": bool, "->it": source})
    expect(itertools.compress(source, source), {"->data": source})
    expect(itertools.repeat(x), {"->element": x})
    expect(itertools.groupby(source, id), {"->it": source, "->keyfunc": id})
    expect(itertools.pairwise(source), {"->it": source})
    chained = itertools.chain([x], [y])
    next(chained)
    active = referent(chained, type(iter([])))
    expect(chained, {"->source": referent(chained, type(iter(()))), "->active": active})
    tee, _ = itertools.tee(source)
    expect(tee, {"->dataobj": referent(tee, itertools._tee_dataobject)})
    expect(referent(tee, itertools._tee_dataobject), {"->it": source})
    for tool in (itertools.combinations("ab", 2), itertools.permutations("ab")):
        expect(tool, {"->pool": referent(tool, tuple)})
    product = itertools.product("ab", "c")
    expect(product, {"->pools": referent(product, tuple)})
    expect(itertools.zip_longest(source, fillvalue=x), {"->fillvalue": x})
    big, step = 2**70, 1.5
    expect(itertools.count(step, step), {"->long_cnt": step, "->long_step": step})
    expect(itertools.count(big), {"->long_cnt": big})
    group = itertools.groupby([x, y], id)
    _, values = next(group)
    expect(values, {"->parent": group})
    expect(group, {"->currvalue": x})
    if sys.version_info >= (3, 12):
        expect(itertools.batched(source, 2), {"->it": source})


for fill in (containers, subclasses, instances, iterators, iterator_tools):
    fill()
