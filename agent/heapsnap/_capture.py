"""capture(): one snapshot, now."""

import os
import stat

from heapsnap import _agent, _settings

SLICE = 50  # milliseconds; between two, signal handlers of the program run
SOCKET = "unix:@"  # starts the path that is a socket of `heapsnap run`
FAILURES = {
    "exists": "is there already: remove it or give another name",
    "space": "not enough room in the file system for so many objects",
    "open": "cannot be created",
    "name": "the name is too long",
    "write": "cannot be written",
    "rename": "cannot be given its name",
}


class CaptureError(Exception):
    """There is no snapshot, or an incomplete one. The message is one line."""


class ListenerGone(CaptureError):
    """`heapsnap run` has ended: it is no failure of the program's that it goes on."""


class CaptureInfo:
    """One capture. Complete when wait() has returned; `pause` is known at once.

    Any thread may wait, as often as it likes.

    path     the file
    pid      of the process whose heap it is
    pause    seconds that the process stood still
    objects  in the snapshot; None as long as that is not whole
    bytes    of the file; likewise
    method   "agent"
    mode     "fork", or "stop" (also where the system refused to make a copy)
    """

    __slots__ = ("path", "pid", "pause", "objects", "bytes", "method", "mode", "_handle",
                 "_end")

    def __init__(self, path, handle):
        self.path = path
        self.pid = os.getpid()
        self.method = "agent"
        self.objects = self.bytes = None
        self._handle = handle
        self._end = None  # what _agent.look() tells when the capture is over
        state = _agent.look(handle)
        self.pause = state[PAUSE] / 1e9
        self.mode = "stop" if state[IN_PLACE] else "fork"

    def __repr__(self):
        size = "under way" if self._end is None else "failed"
        if self.objects is not None:
            size = f"{self.objects} objects"
        return f"<heapsnap.CaptureInfo {os.fsdecode(self.path)}: {size}>"

    def done(self):
        """True if wait() would return, or raise, at once."""
        try:
            return self._is_over(0)
        except CaptureError:
            return True

    def wait(self):
        """Returns when the file is whole. Raises CaptureError if it will never be."""
        while not self._is_over(SLICE):
            pass
        if self._end[FAILURE]:
            raise _error(os.fsdecode(self.path), self._end)

    def _is_over(self, milliseconds):
        try:
            if self._end is None and self._is_ours() and _agent.wait(self._handle, milliseconds):
                self._keep(_agent.look(self._handle))
        except LookupError:
            if self._end is None:  # else another thread was faster
                path = os.fsdecode(self.path)
                raise CaptureError(f"{path}: too many captures have been begun since to know how "
                                   "it ended: wait for it earlier") from None
        return self._end is not None

    def _is_ours(self):
        if os.getpid() == self.pid:
            return True
        path = os.fsdecode(self.path)
        raise CaptureError(f"{path}: only process {self.pid}, which captured, can wait for it")

    def _keep(self, end):
        if not end[FAILURE]:
            self.objects, self.bytes = end[OBJECTS], end[BYTES]
        self._end = end


DONE, FAILURE, ERROR, REASON, OBJECTS, BYTES, PAUSE, IN_PLACE = range(8)  # of _agent.look()


def capture(path, *, mode="fork", wait=True, strings="keys"):
    """Writes a snapshot of this process's heap to a new file, and returns its CaptureInfo.

    mode="fork" (default): a copy of the process is read while the program goes on. "stop": the
    process itself, which stands still meanwhile. wait=False returns when the copy stands.
    strings: what text may leave the process: none, names, keys, prefix:N or full.
    """
    _settings.one_of(_settings.MODES, mode)
    policy = _settings.policy(strings)
    name = os.fsencode(path)
    if not name:
        raise CaptureError("give the file a name")
    check_place(name)
    info = start(name, mode == "stop", policy, "api")
    info.path = path
    if wait:
        info.wait()
    return info


def start(path, stop, policy, trigger):
    """The same without waiting; `path` in bytes, `policy` as _settings.policy() returns it."""
    handle = _agent.capture(path, stop, policy[0], policy[1], trigger)
    if handle < 0:
        raise CaptureError(f"{_subject(os.fsdecode(path))}: too many captures are under way")
    return CaptureInfo(path, handle)


def check_place(path):
    """Raises CaptureError if a device, a pipe or a folder is there, which no file can replace."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return  # nothing is there, or what is wrong will show
    if not stat.S_ISREG(mode):
        raise CaptureError(f"{os.fsdecode(path)} is no ordinary file: give the name of a new one")


def unreachable(address, error):
    """Why a capture does not reach `heapsnap run`; `error` is the errno of its socket."""
    why = f"heapsnap run cannot be reached ({os.strerror(error)})"
    if not isinstance(OSError(error, ""), ConnectionRefusedError):
        return CaptureError(why)
    namespace = _network_namespace()
    if not namespace:
        return CaptureError(why)
    _, _, rest = address.partition("-")  # heapsnap-NAMESPACE-RANDOM
    theirs, _, random = rest.partition("-")
    if theirs == namespace:
        return ListenerGone(why + ": it has ended")
    if not random or not theirs.isdecimal() or theirs == "0":
        return CaptureError(why)
    return CaptureError("heapsnap run cannot be reached from another network namespace: set "
                        "HEAPSNAP=out=FILE for programs in there")


def _network_namespace():
    try:
        return str(os.stat("/proc/self/ns/net").st_ino)
    except OSError:
        return ""


def _error(path, state):
    if path.startswith(SOCKET) and state[FAILURE] == "connect":
        return unreachable(path, state[ERROR])
    return CaptureError(f"{_subject(path)}: {_reason(state)}")


def _subject(path):
    return "no snapshot for heapsnap run" if path.startswith(SOCKET) else path


def _reason(state):
    failure = state[FAILURE]
    system = f" ({os.strerror(state[ERROR])})" if state[ERROR] else ""
    if failure == "unsupported":
        return f"this Python is not supported: {state[REASON]}"
    if failure == "incomplete":
        return f"the snapshot is incomplete: {state[REASON]}"
    if failure == "died":
        return f"the process that wrote it was ended by signal {state[ERROR]}"
    if failure == "memory":
        return f"no memory for the capture{system}"
    return FAILURES.get(failure, f"failed: {state[REASON]}") + system
