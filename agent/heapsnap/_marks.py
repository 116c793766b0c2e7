"""How `heapsnap capture` learns which signal asks this process, and where it is answered.

A signal has a mark among the process's mappings: agent/module/mark.h says what is in it.
"""

import os

from heapsnap import _agent, _capture

_tokens = {}  # number of a signal -> what `heapsnap capture` calls its socket by
_answers = []  # CaptureInfo of captures that went there


def show(number, handler, destination):
    token = os.urandom(8).hex()
    mode = "stop" if destination.stop else "fork"
    if _agent.mark(number, f"1:{number}:{mode}:{token}:{id(handler):x}:{destination.strings}"):
        _tokens[number] = token


def asked_at(number):
    """The address of a `heapsnap capture` that has sent the signal, or None."""
    try:
        address = f"unix:@heapsnap-capture-{_tokens[number]}-{os.getpid()}".encode()
        return address if _agent.say(address, "heard\n") else None
    except (KeyError, MemoryError):
        return None


def answer(address, destination):
    """Captures for whoever listens there."""
    try:
        _answers[:] = [info for info in _answers if not info.done()]
        _answers.append(_capture.start(address, destination.stop, destination.policy, "capture"))
    except Exception as error:
        _agent.say(address, f"failed: {error}\n")
