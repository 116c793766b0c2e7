"""Callbacks that wait for an answer that never comes: each closes over its request's body."""

LEAK = "app._on_answer"
TYPE = "function"

_on_answer = []


def send(body):
    def answered():
        return len(body)

    _on_answer.append(answered)


def round(i):
    send(bytearray(2000))
