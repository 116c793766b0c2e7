"""Windows subscribe when they open, and unsubscribe when they close; three are open."""


class Window:
    def __init__(self, title):
        self.title = title

    def changed(self, what):
        return what, self.title


_observers = []
_windows = []


def round(i):
    window = Window(f"window {i}")
    _windows.append(window)
    _observers.append(window.changed)
    if len(_windows) > 3:
        closed = _windows.pop(0)
        _observers.remove(closed.changed)
