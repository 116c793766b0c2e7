"""Windows subscribe to a bus when they open, and do not unsubscribe when they close."""

LEAK = "app.bus.observers"
TYPE = "app.Window"


class Bus:
    def __init__(self):
        self.observers = []


class Window:
    def __init__(self, title):
        self.title = title
        bus.observers.append(self.changed)

    def changed(self, what):
        return what, self.title


bus = Bus()


def round(i):
    Window(f"window {i}")
