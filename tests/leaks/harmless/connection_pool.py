"""A pool that opens connections as they are needed, eight at most."""


class Connection:
    def __init__(self):
        self.buffer = bytearray(500)


_idle = []
_opened = 0


def take():
    global _opened
    if _idle:
        return _idle.pop()
    _opened += 1
    return Connection()


def round(i):
    taken = [take() for _ in range(1 + min(i // 10, 7))]
    _idle.extend(taken)
