"""Errors are kept to be counted; their tracebacks keep the frames, and those what was read."""

LEAK = "app._errors"
TYPE = "ValueError"

_errors = []


def parse(text):
    rows = text.split()
    raise ValueError(f"{len(rows)} rows, but none with a header")


def round(i):
    try:
        parse("a b c d " * 50)
    except ValueError as error:
        _errors.append(error)
