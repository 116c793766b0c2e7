"""Records are gathered in memory and written 30 at a time."""

import io
import logging
import logging.handlers

_target = logging.StreamHandler(io.StringIO())
_log = logging.getLogger("buffered")
_log.propagate = False
_log.addHandler(logging.handlers.MemoryHandler(30, target=_target))


def round(i):
    _log.warning("request %d", i)
    if i % 10 == 9:
        _target.stream.seek(0)
        _target.stream.truncate()
