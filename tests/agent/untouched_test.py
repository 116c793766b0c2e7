"""The program is left as it was: no code of its runs, no count, handler, mapping or child changes."""

import os
import socket
import unittest

import stream
from programs import HANG, finish, on_every_python

MODES = ("fork", "stop")

# Every hook of user code that reading objects the ordinary way would run.
HOOKS = """
import collections, enum, gc, heapsnap, json, sys, types
calls = []
def hook(name):
    def called(*_):
        calls.append(name)
        raise RuntimeError(name)
    return called
NAMES = ("__hash__ __eq__ __repr__ __str__ __sizeof__ __getattr__ __len__ __iter__ __bool__ __del__ "
         "__index__ __reduce__ __reduce_ex__ __dir__ __format__ __call__ __contains__").split()
armed = False
def when_armed(name, ordinary):
    def called(self, *arguments):
        if armed:
            calls.append(name)
            raise RuntimeError(name)
        return ordinary(self, *arguments)
    return called
class Meta(type):
    __hash__ = when_armed("meta hash", type.__hash__)
    __eq__ = when_armed("meta eq", type.__eq__)
    __instancecheck__ = when_armed("instancecheck", type.__instancecheck__)
    __subclasscheck__ = when_armed("subclasscheck", type.__subclasscheck__)
    __getattribute__ = when_armed("meta getattribute", type.__getattribute__)
    __repr__ = hook("meta repr")
    __sizeof__ = hook("meta sizeof")
    __module__ = property(hook("meta module"))
class Base(metaclass=Meta):
    __getattribute__ = when_armed("getattribute", object.__getattribute__)
    __hash__ = when_armed("hash", object.__hash__)
    __eq__ = when_armed("eq", object.__eq__)
    __class__ = property(when_armed("class", lambda self: Base))
    __slots__ = "__weakref__", "value", "__dict__"
for name in NAMES:
    if name not in ("__hash__", "__eq__", "__del__"):
        setattr(Base, name, hook(name))
class Dict(dict):
    __getitem__ = __iter__ = keys = values = items = __len__ = __repr__ = hook("dict")
class List(list):
    __getitem__ = __iter__ = __len__ = hook("list")
class Tuple(tuple):
    __getitem__ = __iter__ = __len__ = __hash__ = hook("tuple")
class Set(set):
    __iter__ = __len__ = __contains__ = hook("set")
class Str(str):
    __eq__ = when_armed("str eq", str.__eq__)
    __hash__ = when_armed("str hash", str.__hash__)
    __len__ = __repr__ = __str__ = encode = hook("str")
class Int(int):
    __index__ = __int__ = __repr__ = __bool__ = hook("int")
class Module(types.ModuleType):
    def __getattr__(self, name):
        calls.append("module " + name)
        raise RuntimeError
    __dir__ = __repr__ = hook("module")
objects = [Base() for _ in range(5)]
objects[0].value = objects[1]
objects += [Dict(a=1), List([1]), Tuple([1]), Set([1]), Str("s"), Int(7), Module("m")]
objects += [{objects[2]: 1, Str("key"): 2}, {objects[3]}, collections.OrderedDict({objects[4]: 1})]
class Colliding:
    def __hash__(self):
        return hash("key")
    __eq__ = when_armed("colliding eq", object.__eq__)
objects.append({Colliding(): 1, "key": 2})
sys.modules["m"] = objects[11]
sys.modules["m2"] = objects[0]
"""

# The same state read twice; what must not differ. The program is to run with PYTHONMALLOC=malloc,
# so that its own memory is [heap] and a mapping that comes, goes or grows is ours. SigQ is left
# out: it counts what all of the user's processes have queued. Our timer would be among `timers`.
STATE = """
import gc, heapsnap, json, os, signal, sys, threading
def lines(path, *starts):
    return [line for line in open(path) if line.startswith(starts)]
def mappings():
    return [line for line in open("/proc/self/maps") if "[heap]" not in line]
def state():
    return {
        "signals": lines("/proc/self/status", "SigPnd", "SigBlk", "SigIgn", "SigCgt", "Shd",
                         "Threads", "NoNewPrivs", "FDSize"),
        "limits": open("/proc/self/limits").read(),
        "timers": os.path.exists("/proc/self/timers") and open("/proc/self/timers").read(),
        "files": sorted(os.listdir("/proc/self/fd")),
        "oom": open("/proc/self/oom_score_adj").read(),
        "priority": os.getpriority(os.PRIO_PROCESS, 0),
        "name": open("/proc/self/comm").read(),
        "handlers": [str(signal.getsignal(n)) for n in range(1, 65) if n not in (32, 33)],
        "maps": mappings(),
        "threads": len(os.listdir("/proc/self/task")),
        "children": open("/proc/self/task/%d/children" % os.getpid()).read(),
    }
"""


class UntouchedTest(unittest.TestCase):
    @on_every_python
    def test_no_code_of_the_program_runs(self, python):
        for mode in MODES:
            answer = python.answer(HOOKS + f"""
armed = True
info = heapsnap.capture("{mode}.hsnap", mode="{mode}")
armed = False
print(json.dumps([calls, info.objects > 1000]))
import os
sys.stdout.flush()
os._exit(0)
""")
            self.assertEqual(answer, [[], True])
            self.assertEqual(stream.read(python.folder / f"{mode}.hsnap").facts["faults"], 0)

    @on_every_python
    def test_no_reference_count_and_no_collection_changes(self, python):
        for mode in MODES:
            answer = python.answer("""
                import ctypes, gc, json, sys
                from heapsnap import _agent
                class A: pass
                def frames():
                    kept = A()
                    yield kept
                kept = [A() for _ in range(1000)] + [{i: A()} for i in range(100)] + [frames()]
                next(kept[-1])
                kept += ["text %d" % i for i in range(10)] + [10**30, 2.5, A, sys, frames, int, {}]
                kept[0].x, kept[1].y = kept[2], kept[3]
                gc.collect()
                gc.disable()
                stop = int(sys.argv[1] == "stop")
                path = sys.argv[1] + ".hsnap"
                addresses = [id(o) for o in kept]
                counts = lambda: [ctypes.c_ssize_t.from_address(a).value for a in addresses]
                def look():
                    return counts(), len(gc.get_objects()), gc.get_stats(), gc.get_count()[1:]
                look()
                first = look()
                before = look()  # there are more objects now: those of the first look
                handle = _agent.capture(path, stop, 2, 0, "api")
                after = look()
                while not _agent.wait(handle, 100):
                    pass
                same = [before[i] == after[i] for i in (0, 2, 3)]
                print(json.dumps([same, after[1] - before[1] == before[1] - first[1],
                                  _agent.look(handle)[1]]))
            """, mode)
            self.assertEqual(answer, [[True] * 3, True, None], mode)

    @on_every_python
    def test_the_process_is_the_same_afterwards(self, python):
        for mode in MODES:
            before, after, busy = python.answer(STATE + f"""
signal.signal(signal.SIGUSR1, lambda *_: None)
import faulthandler
faulthandler.enable()
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2, signal.SIGSEGV])
heapsnap.capture("first.{mode}.hsnap", mode="{mode}")
state(), state()
before = state()
info = heapsnap.capture("{mode}.hsnap", mode="{mode}", wait=False)
busy = state()
info.wait()
after = state()
print(json.dumps([before, after, busy]))
""", PYTHONMALLOC="malloc")
            self.assertEqual(before, after, mode)
            busy["children"] = before["children"]  # the copy is there until it is reaped
            self.assertEqual(before, busy, mode)

    @on_every_python
    def test_the_alternate_stack_of_handlers_is_put_back(self, python):
        answer = python.answer("""
            import ctypes, heapsnap, json
            class Stack(ctypes.Structure):
                _fields_ = [("sp", ctypes.c_void_p), ("flags", ctypes.c_int), ("size", ctypes.c_size_t)]
            libc = ctypes.CDLL(None, use_errno=True)
            memory = ctypes.create_string_buffer(65536)
            mine = Stack(ctypes.addressof(memory), 0, 65536)
            assert libc.sigaltstack(ctypes.byref(mine), None) == 0
            heapsnap.capture("a.hsnap", mode="stop")
            now = Stack()
            assert libc.sigaltstack(None, ctypes.byref(now)) == 0
            print(json.dumps([now.sp == mine.sp, now.size, now.flags]))
        """)
        self.assertEqual(answer, [True, 65536, 0])

    @on_every_python
    def test_there_is_no_child_signal_and_nothing_to_wait_for(self, python):
        answer = python.answer("""
            import heapsnap, json, os, signal
            signals = []
            signal.signal(signal.SIGCHLD, lambda *_: signals.append(1))
            def waited():
                try:
                    return os.waitpid(-1, os.WNOHANG)
                except ChildProcessError:
                    return None
            seen = []
            for n in range(5):
                info = heapsnap.capture(f"{n}.hsnap", wait=False)
                seen.append(waited())
                info.wait()
                seen.append(waited())
            def zombies():
                children = open("/proc/self/task/%d/children" % os.getpid()).read().split()
                return len(children)
            print(json.dumps([seen, signals, zombies()]))
        """)
        self.assertEqual(answer, [[None] * 10, [], 0])

    @on_every_python
    def test_at_fork_handlers_do_not_run(self, python):
        answer = python.answer("""
            import heapsnap, json, os
            ran = []
            os.register_at_fork(before=lambda: ran.append(1), after_in_parent=lambda: ran.append(2))
            heapsnap.capture("a.hsnap")
            print(json.dumps(ran))
        """)
        self.assertEqual(answer, [])

    @on_every_python
    def test_peers_see_the_end_of_what_the_program_closes_during_a_capture(self, python):
        name = f"heapsnap-test-{os.getpid()}-{python.minor}"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("\0" + name)
            listener.listen()
            listener.settimeout(HANG)
            process = python.start("""
                import heapsnap, os, socket, sys
                kept = [[i] for i in range(100_000)]  # more than the listener's socket holds
                ours, theirs = socket.socketpair()
                end, write_end = os.pipe()
                info = heapsnap.capture("unix:@" + sys.argv[1], wait=False)
                ours.close()
                os.close(write_end)
                print([theirs.recv(1), os.read(end, 1)], flush=True)
                os.close(1)
                info.wait()
            """, name)
            connection, _ = listener.accept()
            # The copy has its output yet to write, so it is there; and the program's stdout ends.
            self.assertEqual(process.stdout.read(), "[b'', b'']\n")
            received = b""
            while data := connection.recv(2**16):
                received += data
            connection.close()
        self.assertEqual(finish(process).returncode, 0)
        self.assertEqual(stream.parse(received).facts["complete"], 1)

    @on_every_python
    def test_memory_is_not_kept(self, python):
        answer = python.answer("""
            import heapsnap, json
            kept = [[i] for i in range(200_000)]
            def resident():
                return int(open("/proc/self/statm").read().split()[1]) * 4096
            for n in range(3):
                heapsnap.capture(f"fork{n}.hsnap"), heapsnap.capture(f"stop{n}.hsnap", mode="stop")
            before = resident()
            for n in range(3, 8):
                heapsnap.capture(f"fork{n}.hsnap"), heapsnap.capture(f"stop{n}.hsnap", mode="stop")
            print(json.dumps(resident() - before))
        """)
        self.assertLess(answer, 2**20)


if __name__ == "__main__":
    unittest.main()
