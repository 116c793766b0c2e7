"""All documents that are open are known, but weakly: those that are closed go."""

import weakref


class Document:
    def __init__(self, name):
        self.name = name


_open = weakref.WeakValueDictionary()


def round(i):
    documents = [Document(f"{i}-{number}") for number in range(5)]
    for document in documents:
        _open[document.name] = document
