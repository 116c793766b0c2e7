"""install(): captures that happen by themselves.

What a trigger does to the program: a handler of its signal, a callback at exit, wrappers around the
hooks that report uncaught exceptions, or a thread. Each is installed at most once: installing it
again changes where its captures go, and leaves the others alone. A failed capture is one line on
stderr.
"""

import _signal
import _thread
import atexit
import os
import sys
import time

from heapsnap import _agent, _capture, _marks, _names, _settings

PERIOD = 0.1  # seconds between two looks at the resident memory
PAGE = os.sysconf("SC_PAGE_SIZE")
ENDING = (_signal.SIGHUP, _signal.SIGINT, _signal.SIGQUIT, _signal.SIGTERM)  # sent to end programs

_on_signal = {}  # number -> (Destination, trigger)
_earlier = {}  # number -> the handler that was there before ours
_not_come = set()  # numbers for which our handler has not been called
_at_exit = None  # a Destination
_on_memoryerror = None  # a Destination
_not_called = {}  # hooks of ours that have not been called, by name
_watches = {}  # trigger -> a lock, whose release ends the trigger's thread


class Destination:
    """Where the captures of one install() go."""

    def __init__(self, settings):
        self.policy = _settings.policy(settings.strings)
        self.strings = settings.strings or _settings.STRINGS
        self.stop = settings.mode == "stop"
        self.keep = settings.keep
        self.children = settings.children
        self.template = settings.out
        self.is_socket = bool(settings.out) and settings.out.startswith("unix:@")
        if settings.out and not self.is_socket:
            _names.check(settings.out)
        is_whole = self.is_socket or os.path.isabs(settings.out or "")
        self.folder = "" if is_whole else os.getcwd()  # the program may go elsewhere
        self.forget(os.getpid())
        self.spare = os.fsencode(self.name())  # for when there is no memory to make a name
        _all.append(self)

    def forget(self, pid):
        self.pid = pid
        self.number = 0
        self.running = []  # CaptureInfo
        self.files = []  # those that are whole and to be removed one day, oldest first

    def is_ours(self):
        """False in a forked process that is not to be captured."""
        pid = os.getpid()
        if pid != self.pid and self.children:
            self.forget(pid)
        return pid == self.pid

    def name(self):
        if self.is_socket:
            return self.template
        template = self.template or _names.default()
        taken = [info.path for info in self.running]
        path = self.place(_names.expand(template, self.number + 1))
        while _names.is_numbered(template) and _names.is_taken(path, taken):
            self.number += 1
            path = self.place(_names.expand(template, self.number + 1))
        return _names.unused(path, taken)

    def place(self, name):
        path = os.path.join(self.folder, name)
        _capture.check_place(path)
        return path

    def take(self, trigger, wait=False):
        """Captures. What fails is said on stderr, here or at the next capture."""
        if not self.is_ours():
            return
        try:
            self.settle()
            info = self.start(trigger)
            if wait:
                self.end(info)
            else:
                self.running.append(info)
        except Exception as error:
            complain(error)

    def tell(self, why):
        """Says why there is no snapshot, to whom it would have gone."""
        if not self.is_ours():
            return
        if self.is_socket:
            _agent.say(os.fsencode(self.template), f"failed: {why}\n")
        else:
            complain(why)

    def start(self, trigger):
        try:
            path = os.fsencode(self.name())
        except MemoryError:
            path = self.spare
        self.number += 1
        info = _capture.start(path, self.stop, self.policy, trigger)
        info.path = os.fsdecode(path)
        return info

    def settle(self, wait=False):
        """Takes note of the captures that are over; with `wait`, when they are.

        A signal handler or the thread may come in between and do the same.
        """
        for _ in range(len(self.running)):
            info = _pop(self.running)
            if info is None:
                break
            if wait or info.done():
                self.end(info)
            else:
                self.running.append(info)
        while self.keep and len(self.files) > self.keep:
            _remove(self.files.pop(0))

    def end(self, info):
        try:
            info.wait()
            if self.keep:  # else nobody asks, and the list would grow for as long as we run
                self.files.append(info.path)
        except _capture.CaptureError as error:
            complain(error)


def _pop(infos):
    try:
        return infos.pop(0)
    except IndexError:
        return None


def _remove(path):
    try:
        os.unlink(path)
    except OSError:
        pass  # somebody else tidied up


_all = []  # Destinations


def install(signal=None, at_exit=False, on_memoryerror=False, every=None, on_rss=None, out=None,
            *, strings="keys", keep=None, mode="fork", children=True):
    """Captures whenever one of these happens:

    signal          that signal comes ("USR2" or a number; call from the main thread); an earlier
                    handler is called after the capture; where there was none, HUP, INT, QUIT and
                    TERM then end the process, and others do not
    at_exit         the interpreter ends; not on os._exit() or a signal's default action
    on_memoryerror  an uncaught MemoryError is about to be reported, in any thread
    every           so many seconds ("5m") have passed, and
    on_rss          resident memory grows beyond so many bytes ("512M"): both by a thread, because
                    of which os.fork() warns on Python 3.12 and later, and which forked processes
                    lack

    Called again it adds triggers. One that is there already (the same signal, at_exit ...) gets
    the new settings.

    out: the file's name, with %p pid, %t time, %n number, %h host. keep: the newest so many files.
    children=False: not in forked processes. For strings and mode see capture().
    """
    settings = _settings.Settings()
    settings.out = None if out is None else os.fsdecode(out)
    if signal is not None:
        read = _settings.signal_number if isinstance(signal, str) else _settings.checked_signal
        number = read(signal)
        settings.signals.append((number, "signal"))
    settings.at_exit, settings.on_memoryerror = bool(at_exit), bool(on_memoryerror)
    settings.every = _settings.duration(every) if isinstance(every, str) else every
    settings.on_rss = _settings.size(on_rss) if isinstance(on_rss, str) else on_rss
    settings.strings, settings.keep, settings.children = strings, keep, bool(children)
    for name in ("every", "on_rss", "keep"):
        _settings.positive(name, getattr(settings, name))
    settings.mode = _settings.one_of(_settings.MODES, mode)
    install_settings(settings)


def install_settings(settings):
    global _at_exit, _on_memoryerror
    destination = Destination(settings)
    if len(_all) == 1:
        atexit.register(_finish)
    for number, trigger in settings.signals:
        _install_signal(number, trigger, destination)
    if settings.at_exit:
        _at_exit = destination
    if settings.on_memoryerror:
        if _on_memoryerror is None:
            _wrap_hooks()
        _on_memoryerror = destination
    if settings.every:
        _start_watch("every", _watch_time, destination, settings.every)
    if settings.on_rss:
        _start_watch("rss", _watch_memory, destination, settings.on_rss)


def complain(error):
    if isinstance(error, _capture.ListenerGone):
        return
    try:
        print(f"heapsnap: {error or type(error).__name__}", file=sys.stderr)
    except Exception:
        pass  # stderr is closed


# Signals.

def _install_signal(number, trigger, destination):
    current = _signal.getsignal(number)
    if current is not _handle:
        if trigger != "signal" and current != _signal.SIG_DFL:
            return  # the program's, or ignored: `run` captures from outside
        _signal.signal(number, _handle)
        _earlier[number] = current
        _not_come.add(number)
    _on_signal[number] = destination, trigger
    if number not in ENDING:  # others are safe to send
        _marks.show(number, _handle, destination)


def _handle(number, frame):
    destination, trigger = _on_signal[number]
    _not_come.discard(number)
    address = _marks.asked_at(number)
    if address:  # nothing that the program's own handler should hear of
        _marks.answer(address, destination)
        return
    earlier = _earlier[number]
    ends = earlier == _signal.SIG_DFL and number in ENDING
    destination.take(trigger, wait=ends)
    if callable(earlier):
        earlier(number, frame)
    elif ends and _signal.getsignal(number) is _handle:  # else the program has called us itself
        _signal.signal(number, _signal.SIG_DFL)
        os.kill(os.getpid(), number)
        _signal.signal(number, _handle)  # the first process of a container is still there


def _tell_of_other_handlers():
    """Those that the program put in the place of ours; `run` sees to the signals that it sends."""
    for number in sorted(_not_come):
        destination, trigger = _on_signal[number]
        if trigger == "signal" and _signal.getsignal(number) is not _handle:
            name = _settings.signal_name(number)
            destination.tell(f"nothing was captured on {name}: the program put a handler of its "
                             "own in the place of heapsnap's; choose another signal")


# Exit.

def _finish():
    for ended in _watches.values():
        ended.release()
    if _at_exit is not None:
        _at_exit.take("exit", wait=True)
    for destination in _all:
        if destination.is_ours():
            destination.settle(wait=True)
    _tell_of_other_handlers()
    _tell_of_other_hooks()


# MemoryError.

def _hooks():
    """Where the hooks that report uncaught exceptions are, by the names that users know."""
    # threading takes its hook from _thread when it is imported, which need not be now.
    threading = sys.modules.get("threading")
    return {
        "sys.excepthook": (sys, "excepthook"),
        "sys.unraisablehook": (sys, "unraisablehook"),
        "threading.excepthook":
            (threading, "excepthook") if threading else (_thread, "_excepthook"),
    }


def _wrap_hooks():
    for known, (owner, name) in _hooks().items():
        ours = _with_capture(getattr(owner, name), known)
        _not_called[known] = ours
        setattr(owner, name, ours)


def _with_capture(hook, known):
    def report(*what):
        _not_called.pop(known, None)
        first = what[0] if what else None
        kind = first if len(what) == 3 else getattr(first, "exc_type", None)
        if isinstance(kind, type) and issubclass(kind, MemoryError):
            _on_memoryerror.take("memoryerror")
        hook(*what)

    return report


def _tell_of_other_hooks():
    """Those that the program put in the place of ours, unless they have called ours or may do so."""
    hooks = _hooks()
    for known, ours in list(_not_called.items()):
        owner, name = hooks[known]
        current = getattr(owner, name, None)
        if current is ours or _keeps(current, ours) and not (owner is sys and _was_missed(name)):
            continue
        _on_memoryerror.tell(f"no MemoryError was seen by {known}: the program put a hook of its "
                             "own in the place of heapsnap's; let it call the earlier one")


def _was_missed(name):
    """The interpreter leaves in sys what it asks sys.excepthook to report."""
    kind = getattr(sys, "last_type", None)
    return name == "excepthook" and isinstance(kind, type) and issubclass(kind, MemoryError)


def _keeps(hook, ours):
    """Whether a hook has ours at hand, surely to call it: in a variable or in its instance."""
    function = getattr(hook, "__func__", hook)
    held = list(getattr(getattr(hook, "__self__", hook), "__dict__", {}).values())
    if isinstance(function, type(_keeps)):
        held += map(function.__globals__.get, function.__code__.co_names)
        held += function.__defaults__ or ()
        held += map(_content, function.__closure__ or ())
    arguments = getattr(hook, "args", ())  # of a functools.partial
    if isinstance(arguments, tuple):
        held += arguments
    return any(thing is ours for thing in held)


def _content(cell):
    try:
        return cell.cell_contents
    except ValueError:
        return None  # the variable has no value


# Threads.

def _start_watch(trigger, run, destination, limit):
    if trigger in _watches:
        _watches[trigger].release()
    ended = _watches[trigger] = _thread.allocate_lock()
    ended.acquire()
    _thread.start_new_thread(run, (ended, destination, limit))


def _watch_time(ended, destination, seconds):
    while not ended.acquire(timeout=min(seconds, _thread.TIMEOUT_MAX)):
        destination.take("every")


def _watch_memory(ended, destination, limit):
    """Captures each time that the resident memory passes the limit."""
    was_above = told = False
    while not ended.acquire(timeout=PERIOD):
        try:
            is_above = _resident() > limit
        except OSError as error:  # no descriptor is free, or there is no /proc
            if not told:
                complain(f"resident memory cannot be looked at, which is tried again: {error}")
            told = True
            continue
        if is_above and not was_above:
            destination.take("rss")
        was_above = is_above


def _resident():
    with open("/proc/self/statm", "rb", buffering=0) as statm:
        return int(statm.read().split()[1]) * PAGE
