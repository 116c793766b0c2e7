"""At each reload the handler is wrapped once more, instead of anew."""

LEAK = "app.handler"
TYPE = "function"


def handler(request):
    return request


def wrapped(inner):
    def logged(request):
        return inner(request)

    return logged


def round(i):
    global handler
    handler = wrapped(handler)
