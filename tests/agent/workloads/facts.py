"""What CPython itself says of objects: type, sys.getsizeof, gc.get_referents.

    rows_of(objects)    [[address, address of the type, size, addresses of referents...], ...]
    stable(rows, later) those that are the same in both: a capture in between saw them so
    private_bytes(objects)  [[address, address of its bytes object], ...] where nothing else refers
                        to the bytes object, which the size of its owner counts
"""

import ctypes
import gc
import io
import json
import pickle
import sys


def is_told(thing):
    """All objects but two.

    3.12's _asyncio hands out dead objects of its free list, and breaks it so. The references of the
    dict of interned strings are not counted, so a snapshot has none of them.
    """
    if type(thing) is dict:
        return len(thing) < 1000 or any(key is not value for key, value in thing.items())
    return not (sys.version_info[:2] == (3, 12) and getattr(thing, "__name__", None) == "_asyncio")


def rows_of(objects):
    return [[id(thing), id(type(thing)), sys.getsizeof(thing), *map(id, gc.get_referents(thing))]
            for thing in objects if is_told(thing)]


def stable(rows, later):
    return [row for row, same in zip(rows, later) if row == same]


def private_bytes(objects):
    owners = [thing for thing in objects if issubclass(type(thing), (io.BytesIO, pickle.Pickler))]
    parts = [[id(owner), id(part)] for owner in owners for part in gc.get_referents(owner)
             if type(part) is bytes]
    return [[owner, part] for owner, part in parts
            if ctypes.c_uint32.from_address(part).value == 1]  # its reference count


def write(path, facts):
    with open(path, "w") as file:
        json.dump(facts, file)
