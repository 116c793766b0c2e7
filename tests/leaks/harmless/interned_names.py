"""Names that come in are interned. There are 41 of them at most."""

import sys

_columns = {}


def round(i):
    name = sys.intern("column_" + str(i * i % 41))
    _columns[name] = name
