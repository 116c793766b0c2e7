"""A finalizer is registered per request, on an object that lives as long as the process."""

import weakref

LEAK = "weakref.finalize._registry"
TYPE = "app.Request"


class Application:
    pass


class Request:
    pass


application = Application()


def round(i):
    weakref.finalize(application, print, Request()).atexit = False
