"""Each round wraps what is there once more, in two classes that take turns."""

LEAK = "app.server.wsgi(.inner)*"
TYPE = "app.Compress"


class Log:
    def __init__(self, inner):
        self.inner = inner


class Compress(Log):
    pass


class Server:
    wsgi = None


server = Server()
server.wsgi = None


def round(i):
    server.wsgi = (Compress if i % 2 else Log)(server.wsgi)
