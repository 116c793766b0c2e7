"""Code is generated, and its lines are put where tracebacks look for them, under a new name each time."""

import linecache

LEAK = "linecache.cache"
TYPE = "tuple"


def round(i):
    name = f"<generated {i}>"
    linecache.cache[name] = (1, None, [f"x = {i}\n"], name)
