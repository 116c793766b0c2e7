"""A table of sessions that each request enters, and that none leaves."""

LEAK = "app._sessions"
TYPE = "app.Session"


class Session:
    def __init__(self, user):
        self.user = user


_sessions = {}


def round(i):
    _sessions[f"session-{i}"] = Session(f"user-{i % 7}")
