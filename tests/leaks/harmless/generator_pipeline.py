"""Generators on generators, consumed to their end."""


def numbers(count):
    yield from range(count)


def squares(source):
    for number in source:
        yield number * number


def round(i):
    return sum(squares(numbers(100 + i)))
