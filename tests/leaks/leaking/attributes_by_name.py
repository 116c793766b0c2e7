"""An object that lives for ever gets an attribute for each request."""

LEAK = "app.session"
TYPE = "app.Flag"


class Flag:
    pass


class Session:
    pass


session = Session()


def round(i):
    setattr(session, f"flag_{i}", Flag())
