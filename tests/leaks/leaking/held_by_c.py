"""An extension that forgets to give a reference back: nothing in the heap refers to these."""

import ctypes

LEAK = "(held by C)"
TYPE = "app.Token"


class Token:
    def __init__(self, number):
        self.number = number


def round(i):
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(Token(i)))
