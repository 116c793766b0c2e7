"""A service that never forgets a session: the leak that docs/output.md looks at."""

import threading


class Session:
    def __init__(self, number: int) -> None:
        self.user = "user-%d" % (number % 100)
        self.visits = [number] * 40


SESSIONS: "dict[str, Session]" = {}


def serve(requests: int) -> None:
    for number in range(requests):
        SESSIONS["session-%d" % number] = Session(number)


def wait_for_requests(stop: threading.Event) -> None:
    ready.set()
    stop.wait()


ready = threading.Event()
threading.Thread(target=wait_for_requests, args=(threading.Event(),), name="Listener",
                 daemon=True).start()
ready.wait()
serve(50_000)
