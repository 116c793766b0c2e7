"""A program with objects of many C types, for captures that cannot call their tp_traverse."""

# When it has said that it is ready, it stands in _agent.capture() until the stream is read.
C_TYPES = '''
import heapsnap, sys, threading, collections, datetime, decimal, gc
import array, ast, asyncio, contextvars, csv, ctypes, fractions, functools, hashlib, io, itertools
import json, mmap, operator, os, pickle, queue, random, re, select, socket, sqlite3, ssl, struct
import tempfile, time, types, uuid, weakref, xml.etree.ElementTree as ET, xml.parsers.expat, zlib

keep = []
class Node:
    def __init__(self, i): self.i = i; self.next = [self, str(i)]
class Slots:
    __slots__ = ("a", "b")
async def waits(): await asyncio.sleep(1000)
async def yields(): yield Node(1)

def python_like(i):
    slots = Slots()
    slots.a = collections.deque([i, Node(i)])
    table = collections.OrderedDict(a=Node(i))
    generator = (x for x in [Node(i)])
    next(generator)
    coroutine, asynchronous = waits(), yields()
    return [slots, table, iter(table), generator, coroutine, coroutine.__await__(), asynchronous,
            asynchronous.__anext__(), weakref.ref(keep[0]), property(Node.__init__),
            super(Node, keep[0]), classmethod(Node), staticmethod(Node), keep[0].__init__,
            [].append, slice(Node(i), i), types.SimpleNamespace(a=Node(i)),
            types.MappingProxyType({"a": Node(i)}), types.GenericAlias(list, (Node(i),)),
            memoryview(bytearray(9)), range(i, i + 10**6),
            functools.partial(print, Node(i), sep=str(i)), functools.singledispatch(lambda x: x)]

def iterators(i):
    tee, tail = itertools.tee([Node(i), "z%d" % i, i])
    next(tee)
    product = itertools.product([Node(i)], "ab")
    next(product)
    return [tee, tail, product, iter([Node(i)]), iter((i, Node(i))), iter({str(i): Node(i)}),
            iter({i}), {str(i): i}.items(), enumerate([Node(i)]), zip([1], [Node(i)]),
            map(str, [Node(i)]), filter(None, [Node(i)]), reversed([Node(i)]),
            itertools.chain([Node(i)], [i]), itertools.cycle([Node(i)]),
            itertools.islice([Node(i)], 1), itertools.groupby([Node(i)]),
            itertools.permutations([Node(i), 2]), itertools.accumulate([Node(i)]),
            itertools.starmap(print, [Node(i)]), itertools.repeat(Node(i)),
            iter(collections.deque([i]))]

def library(i):
    mixed = queue.SimpleQueue()
    mixed.put(Node(i))
    variable = contextvars.ContextVar("v%d" % i, default=Node(i))
    local = threading.local()
    local.x = Node(i)
    element = ET.Element("e%d" % i, a="b")
    ET.SubElement(element, "c")
    return [mixed, variable, variable.set(Node(i)), contextvars.copy_context(), local, element,
            element.iter(), ET.XMLParser(), operator.itemgetter("k%d" % i, i),
            operator.attrgetter("a%d" % i), operator.methodcaller("m%d" % i, Node(i)),
            re.compile("a%d(b)" % i), re.match("(a)(b)", "ab%d" % i),
            struct.Struct("<%di" % (i + 1)), io.StringIO("s%d" % i), io.BytesIO(b"b%d" % i),
            io.TextIOWrapper(io.BytesIO(b"t%d" % i)), io.BufferedReader(io.BytesIO(b"r%d" % i)),
            csv.reader([str(i)]), csv.writer(io.StringIO()), json.JSONDecoder(),
            decimal.Context(prec=i + 1), decimal.Decimal(i), threading.Lock(), threading.RLock(),
            ctypes.c_int(i), ctypes.py_object(Node(i)), ctypes.pointer(ctypes.c_int(i)),
            ctypes.CFUNCTYPE(ctypes.c_int)(lambda: i), zlib.compressobj(), hashlib.sha256(),
            random.Random(i), uuid.uuid4(), fractions.Fraction(i, 7), time.localtime(i),
            os.stat("."), datetime.timezone(datetime.timedelta(hours=i % 12), "z%d" % i),
            ast.parse("a%d = b + 1" % i), pickle.Pickler(io.BytesIO()),
            pickle.Unpickler(io.BytesIO()), array.array("i", [i]),
            functools.cmp_to_key(lambda a, b: 0)(Node(i))]

def failures(i):
    try:
        try:
            raise OSError(i, "e%d" % i, "f%d" % i)
        except OSError as error:
            keep.append(error)
            raise KeyError(Node(i)) from error
    except KeyError as error:
        return [error]

keep.append(Node(0))
for i in range(100):
    keep += python_like(i) + iterators(i) + library(i) + failures(i)
loop = asyncio.new_event_loop()
keep += [loop.create_task(waits()) for _ in range(20)] + [loop.create_future() for _ in range(20)]
loop.run_until_complete(asyncio.sleep(0))
database = sqlite3.connect(":memory:")
database.row_factory = sqlite3.Row
keep += [database, database.execute("select 1, 'x'").fetchone(), database.execute("select 2")]
keep += [ssl.create_default_context(), ssl.MemoryBIO(), select.epoll(), socket.socket(),
         mmap.mmap(-1, 4096)]
parser = xml.parsers.expat.ParserCreate()
parser.StartElementHandler = print
keep += [parser, tempfile.TemporaryFile()]
waiting = threading.Event()
other = threading.Thread(target=waiting.wait, args=(600,))
other.start()
gc.collect()
print("ready", flush=True)
sys.stdin.readline()
heapsnap.capture(sys.argv[1], mode="stop")
os._exit(0)
'''
