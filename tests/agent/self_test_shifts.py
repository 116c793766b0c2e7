"""Which numbers of the layout can be wrong without the walk's self-test noticing it, here.

    python self_test_shifts.py PROBE NUMBERS.json    prints {"values", "right", "unnoticed"}

NUMBERS.json: [[name, offset in the layout], ...]. Each number in turn is made too large by a word,
in a process of its own: a wrong number may lead anywhere.
"""

import ctypes
import json
import os
import signal
import sys

probe = ctypes.CDLL(sys.argv[1])
probe.self_test.restype = ctypes.c_char_p
probe.layout_at.restype = ctypes.c_uint32
SHIFT = 8
HANG = 10  # seconds; the agent's guard ends what makes no progress sooner
NOTICED, UNNOTICED = 0, 1


def address_of(symbol):
    return ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, symbol))


def addresses():
    ctypes.pythonapi.PyInterpreterState_Get.restype = ctypes.c_void_p
    interpreter = ctypes.pythonapi.PyInterpreterState_Get()
    symbols = ("PyType_Type", "PyBaseObject_Type", "_Py_NoneStruct")
    return (ctypes.c_uint64 * 5)(address_of("_PyRuntime"), interpreter, *map(address_of, symbols))


def verdict(offset, shift):
    return probe.self_test(ctypes.c_uint32(sys.hexversion), addresses(), ctypes.c_size_t(offset),
                           shift)


def is_noticed(offset):
    pid = os.fork()
    if pid == 0:
        signal.setitimer(signal.ITIMER_PROF, HANG)
        os._exit(UNNOTICED if verdict(offset, SHIFT) is None else NOTICED)
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGPROF, (offset, status)
        return True
    return os.WEXITSTATUS(status) == NOTICED


def main():
    numbers = json.load(open(sys.argv[2]))
    print(json.dumps({
        "values": [probe.layout_at(ctypes.c_uint32(sys.hexversion), ctypes.c_size_t(offset))
                   for _, offset in numbers],
        "right": verdict(numbers[0][1], 0) is None,
        "unnoticed": [name for name, offset in numbers if not is_noticed(offset)],
    }), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
