"""A codec is registered for each connection: the interpreter has a list of them."""

import codecs

LEAK = "interpreter.codec_search_path"
TYPE = "function"


def round(i):
    prefix = f"connection-{i}"

    def find(name):
        return None if name.startswith(prefix) else None

    codecs.register(find)
