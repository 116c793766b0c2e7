"""A context variable is set for each request, and reset at its end."""

import contextvars

_request = contextvars.ContextVar("request")


class Request:
    pass


def round(i):
    token = _request.set(Request())
    contextvars.copy_context().run(_request.get)
    _request.reset(token)
