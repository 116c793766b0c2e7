"""The list that grows is not there yet in the first snapshot."""

LEAK = "app.service.sessions"
TYPE = "app.Session"


class Session:
    pass


class Service:
    sessions = None

    def open(self):
        if self.sessions is None:
            self.sessions = []
        self.sessions.append(Session())


service = Service()


def round(i):
    if i >= 40:
        service.open()
