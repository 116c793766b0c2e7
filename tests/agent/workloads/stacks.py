"""Threads that stand at known places with known things in hand, and a capture from the main one.

    stand_still(path)   captures, and returns what sys._current_frames() says of the other threads
"""

import _queue
import contextvars
import sys
import threading

import heapsnap

held, standing = threading.Lock(), []
contexts = contextvars.ContextVar("stacks")


class Big:
    """What only a frame holds."""


def wait():
    standing.append(threading.get_ident()) or held.acquire()  # one line: where it stands is certain
    held.release()


def in_a_local():
    only = Big()
    shared = Big()

    def inner():
        return shared

    wait()
    return only, inner


def deep(n):
    local = [n]
    if n:
        deep(n - 1)
    else:
        wait()
    return local


def in_a_generator():
    def numbers(argument):
        local = [argument]
        wait()
        yield local

    return [number for number in numbers(Big())]


def handling():
    try:
        raise KeyError("outer")
    except KeyError as outer:
        try:
            raise ValueError("inner") from outer
        except ValueError as inner:
            wait()
            return inner


def with_context():
    contexts.set(Big())
    wait()


def in_a_class():
    class Body:
        attribute = Big()
        wait()

    return Body


def in_exec():
    space = {"wait": wait, "name": Big()}
    exec("def executed(n):\n\n    wait()\n\nexecuted(1)\n", space)


def in_a_queue():
    standing.append(threading.get_ident()) or waiting.get()


waiting = _queue.SimpleQueue()
BODIES = [
    in_a_local, lambda: deep(300), in_a_generator, handling, with_context, in_a_class, in_exec,
    in_a_queue
]


def frames_of(frame):
    """[[file, function, line, {variable: address}], ...] from the innermost on."""
    found = []
    while frame:
        code = frame.f_code
        fast = code.co_varnames + code.co_cellvars + code.co_freevars
        values = {
            name: id(value)
            for name, value in frame.f_locals.items() if name in fast and code.co_flags & 2
        }
        found.append([code.co_filename, code.co_name, frame.f_lineno, values])
        frame = frame.f_back
    return found


def stand_still(path):
    held.acquire()
    threads = [threading.Thread(target=body) for body in BODIES]
    for thread in threads:
        thread.start()
    while len(standing) < len(BODIES):
        pass
    heapsnap.capture(path)
    frames = {thread.ident: frames_of(sys._current_frames()[thread.ident]) for thread in threads}
    held.release()
    waiting.put(None)
    for thread in threads:
        thread.join()
    return frames
