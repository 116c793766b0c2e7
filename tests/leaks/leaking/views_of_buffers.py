"""Only the first bytes of each message are kept, as a view, which keeps the whole message."""

LEAK = "app._heads"
TYPE = "memoryview"

_heads = []


def round(i):
    message = bytes(5000)
    _heads.append(memoryview(message)[:16])
