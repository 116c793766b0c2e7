"""Each request's scope refers to the one before it, whose value the context variable had."""

import contextvars

LEAK = "app._scope"
TYPE = "app.Scope"


class Scope:
    def __init__(self, parent):
        self.parent = parent


_scope = contextvars.ContextVar("scope", default=None)


def round(i):
    _scope.set(Scope(_scope.get()))
