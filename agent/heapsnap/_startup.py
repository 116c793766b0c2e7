"""What HEAPSNAP in the environment asks for, done as the interpreter starts.

    HEAPSNAP="out=app.%p.%t.hsnap,signal=USR2,at=exit"

A list of key=value, separated by commas ("%," is a comma in a value). Keys:

    out=NAME          file name with %p pid, %t UTC time, %n running number, %h host, %%; relative
                      to the folder in which the program starts. Or unix:@NAME, an abstract
                      socket. Default: heapsnap-PROGRAM.%p.%t.%n.hsnap
    at=exit           capture when the interpreter ends, and wait until the file is whole
    signal=SIG        capture on that signal (USR2, RTMIN+3, 12), then call the program's earlier
                      handler. May repeat. Where there was none, HUP, INT, QUIT and TERM then end
                      the process as ever
    signal=SIG/every  the same for a signal that `heapsnap run` sends for --every (or for both), and
    signal=SIG/rss    for --on-rss: the snapshot names that trigger. Nothing if the signal is taken
    on=memoryerror    capture when a MemoryError is about to be reported
    every=DURATION    capture periodically, from a thread in the program (200ms, 5s, 10m, 1h)
    rss=SIZE          capture when resident memory grows beyond (512M, 1.5G), from that thread too
    keep=N            keep the newest N files of this process
    strings=POLICY    none, names, keys (default), prefix:N, full
    mode=MODE         fork (default): a copy of the process is read; stop: the process itself
    children=0|1      1 (default): processes that this one starts do the same. 0: they do not;
                      forked ones neither

Without a trigger (at, signal, on, every, rss) it is at=exit. What is wrong with a value is said in
one line on stderr, then nothing is captured and the program runs as if HEAPSNAP were not set.

What a capture sends to a socket is the snapshot's stream. Before it, every process in which the
agent stands has sent the line "hello: PID" on a connection of its own, or "hello: PID tracemalloc"
if that records where the process allocates. Where there is no stream, there is the line "failed:
WHY" or, if this Python is not supported, "unsupported: WHY".

`heapsnap run` sets HEAPSNAP and puts our folder `preload` in front of PYTHONPATH; an installed
package has a heapsnap.pth that does nothing unless HEAPSNAP is set. Both call start(), and virtual
environments read .pth files twice: only the first call counts.
"""

import os
import sys

from heapsnap import _settings

PRELOAD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "preload")
_started = False


def start():
    """Does what HEAPSNAP says. Never raises."""
    global _started
    if _started or not os.environ.get("HEAPSNAP"):
        return
    _started = True
    text = os.environ["HEAPSNAP"]
    try:
        _install(text)
    except Exception as error:
        _give_up(text, error)


def _install(text):
    settings = _settings.parse(text)
    if not settings.children:
        hide_from_children()
    from heapsnap import _triggers

    address = _settings.socket_in(text)
    if not address or _say_hello(address, settings.children):
        _triggers.install_settings(settings)


def hide_from_children():
    """Takes out of the environment what would make programs started by this one capture too."""
    del os.environ["HEAPSNAP"]
    folders = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if PRELOAD in folders:
        folders.remove(PRELOAD)
        if folders:
            os.environ["PYTHONPATH"] = os.pathsep.join(folders)
        else:
            del os.environ["PYTHONPATH"]


def _say_hello(name, children):
    """False if nobody hears it; why is said on stderr, unless `heapsnap run` has just ended."""
    from heapsnap import _agent

    address = os.fsencode("unix:@" + name)
    if not _agent.say(address, _hello()) and not _say_it_again(name):
        return False
    if children:
        os.register_at_fork(after_in_child=lambda: _agent.say(address, _hello()))
    return True


def _hello():
    return f"hello: {os.getpid()}{' tracemalloc' if _records_allocations() else ''}\n"


def _records_allocations():
    """Whether tracemalloc was switched on for this interpreter, and still is."""
    if "tracemalloc" not in sys._xoptions and not os.environ.get("PYTHONTRACEMALLOC"):
        return False
    import _tracemalloc

    return _tracemalloc.is_tracing()


def _say_it_again(name):
    from heapsnap import _capture, _triggers

    try:
        _tell(name, _hello())
        return True
    except OSError as error:
        _triggers.complain(_capture.unreachable(name, error.errno))
        return False


def _give_up(text, error):
    verdict, why = "failed", str(error) or type(error).__name__
    if isinstance(error, ImportError):
        verdict = "unsupported"
        why = f"no agent for this Python ({sys.implementation.cache_tag}): {error}"
    try:
        print(f"heapsnap: {why}; nothing will be captured", file=sys.stderr)
        address = _settings.socket_in(text)
        if address:
            _tell(address, f"{verdict}: {why}\n")
    except Exception:
        pass  # there is nobody to tell


def _tell(address, line):
    import _socket

    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    connection.connect(b"\0" + os.fsencode(address))
    connection.send(line.encode("utf-8", "replace"))
    connection.close()
