"""Weak references, made to be told when objects go, are kept when they have gone."""

import weakref

LEAK = "app._watched"
TYPE = "weakref.ReferenceType"


class Document:
    pass


_watched = []


def forget(reference):
    pass


def round(i):
    _watched.append(weakref.ref(Document(), forget))
