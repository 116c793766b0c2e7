"""What the tests here test."""


class Session:
    pass


live = []
