"""What comes in is appended to a buffer; what is at its start has long been read."""

LEAK = "app._buffer"
TYPE = "bytearray"

_buffer = bytearray()


def round(i):
    _buffer.extend(b"packet " * 300)
