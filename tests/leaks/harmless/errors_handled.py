"""Errors are raised through several frames and handled."""


def parse(text):
    return int(text)


def load(i):
    try:
        return parse(f"number {i}")
    except ValueError as error:
        raise LookupError(i) from error


def round(i):
    try:
        load(i)
    except LookupError as error:
        return str(error)
