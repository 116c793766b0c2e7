"""What clients say of their encoding is looked up, and the library notes the names that are none."""

LEAK = "encodings._cache"
TYPE = "str"


def round(i):
    try:
        b"a".decode(f"x-client-{i}")
    except LookupError:
        pass
