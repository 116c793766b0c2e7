"""A metaclass registers the classes that are made, also those made for one request."""

LEAK = "app.Schema.known"
TYPE = "app.Registered"


class Registered(type):
    def __init__(cls, name, bases, namespace):
        super().__init__(name, bases, namespace)
        if bases:
            cls.known.append(cls)


class Schema(metaclass=Registered):
    known = []


def round(i):
    Registered(f"Schema{i}", (Schema,), {"fields": ("id", "name")})
