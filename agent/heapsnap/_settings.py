"""The settings of HEAPSNAP, read: see _startup.py for what may stand there."""

import _signal

KEYS = "out at signal on every rss keep strings mode children"
POLICIES = ("none", "names", "keys", "prefix", "full")  # by the number that the agent knows them by
STRINGS = "keys"  # the policy that nobody asked for
MODES = ("fork", "stop")
SECONDS = {"ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400}
BYTES = {"": 1, "k": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


class Settings:
    def __init__(self):
        self.out = None
        self.at_exit = False
        self.on_memoryerror = False
        self.signals = []  # of (number, trigger)
        self.every = None  # seconds
        self.on_rss = None  # bytes
        self.keep = None
        self.strings = STRINGS
        self.mode = "fork"
        self.children = True


def parse(text):
    """Settings of "key=value,...". Raises ValueError, with a message for the user."""
    settings = Settings()
    for item in _split(text):
        key, equals, value = item.partition("=")
        if not equals or key not in KEYS.split():
            raise ValueError(f"'{item}' in HEAPSNAP is not known: the keys are {KEYS}")
        try:
            _SETTERS[key](settings, value)
        except ValueError as error:
            raise ValueError(f"'{item}' in HEAPSNAP: {error}") from None
    triggers = (settings.signals, settings.on_memoryerror, settings.every, settings.on_rss)
    if not any(triggers):
        settings.at_exit = True
    return settings


def socket_in(text):
    """NAME if out=unix:@NAME is among the settings, whatever else is."""
    for item in _split(text):
        if item.startswith("out=unix:@"):
            return item[len("out=unix:@"):]
    return None


def signal_number(text):
    """The number of USR2, SIGUSR2, RTMIN+3, RTMAX-1 or 12."""
    name = text[3:] if text.startswith("SIG") else text
    base, sign, offset = name.partition("-" if "-" in name else "+")
    number = int(name) if name.isdecimal() else getattr(_signal, "SIG" + base, None)
    if number is None or sign and not (base in ("RTMIN", "RTMAX") and offset.isdecimal()):
        raise ValueError(f"'{text}' is no signal: give a name such as USR2 or RTMIN+3")
    return checked_signal(number + int(sign + offset) if sign else number)


def checked_signal(number):
    if number not in _signal.valid_signals():
        raise ValueError(f"there is no signal {number}")
    if number in (_signal.SIGKILL, _signal.SIGSTOP):
        raise ValueError(f"no program can take {signal_name(number)}: try USR2")
    return int(number)


def signal_name(number):
    """SIGUSR2, SIGRTMIN+3, SIGRTMAX-3."""
    for name, value in vars(_signal).items():
        if value == number and name.startswith("SIG") and "_" not in name:
            return name
    from_end = _signal.SIGRTMAX - number
    return f"SIGRTMAX-{from_end}" if from_end < 15 else f"SIGRTMIN+{number - _signal.SIGRTMIN}"


def duration(text):
    """Seconds of 200ms, 5s, 1.5m, 2h, 1d."""
    return _measure(text, SECONDS, "duration: give a number and ms, s, m, h or d, such as 5m")


def size(text):
    """Bytes of 64k, 512M, 1.5G; B and iB may follow."""
    number = text[:-1] if text.endswith("B") else text
    number = number[:-1] if number.endswith("i") else number
    return int(_measure(number, BYTES, "size: give a number and k, M or G, such as 512M", text))


def policy(text):
    """The number of a policy of --strings, and the prefix's length in characters or 0."""
    if text is None:
        text = STRINGS
    if not isinstance(text, str):
        kind = type(text).__name__
        raise TypeError(f"strings: expected a str such as '{STRINGS}', not {kind}")
    name, colon, length = text.partition(":")
    if name in POLICIES and bool(colon) == (name == "prefix"):
        if not colon:
            return POLICIES.index(name), 0
        if length.isdecimal() and 0 < int(length) <= 2**20:
            return POLICIES.index(name), int(length)
    raise ValueError(f"'{text}' is none of none, names, keys, prefix:N, full")


def positive(name, number):
    """Raises an error if the argument of that name is neither None nor a number above 0."""
    try:
        if number is None or 0 < number < float("inf"):
            return
    except TypeError:
        kind = type(number).__name__
        raise TypeError(f"{name}: expected a number above 0, not {kind}") from None
    raise ValueError(f"{name}: expected a number above 0")


def one_of(values, text):
    if text not in values:
        raise ValueError(f"give {' or '.join(values)}, not '{text}'")
    return text


def _split(text):
    items = [""]
    characters = iter(text)
    for character in characters:
        if character == ",":
            items.append("")
            continue
        if character == "%":
            character = "%" + next(characters, "")
        items[-1] += "," if character == "%," else character
    return [item.strip() for item in items if item.strip()]


def _measure(text, units, what, whole=None):
    digits = text.rstrip("".join(units))
    factor = units.get(text[len(digits):])
    try:
        number = float(digits) * factor
    except (TypeError, ValueError):
        number = 0
    if not 0 < number < 1e15:
        raise ValueError(f"'{whole or text}' is no {what}")
    return number


def _set_signal(settings, value):
    name, slash, trigger = value.partition("/")
    if slash:
        one_of(("every", "rss"), trigger)
    settings.signals.append((signal_number(name), trigger or "signal"))


def _set_keep(settings, value):
    if not value.isdecimal() or int(value) == 0:
        raise ValueError("give a number of files, 1 or more")
    settings.keep = int(value)


def _set_strings(settings, value):
    policy(value)
    settings.strings = value


_SETTERS = {
    "out": lambda settings, value: setattr(settings, "out", value),
    "at": lambda settings, value: setattr(settings, "at_exit", bool(one_of(("exit",), value))),
    "signal": _set_signal,
    "on": lambda settings, value: setattr(
        settings, "on_memoryerror", bool(one_of(("memoryerror",), value))),
    "every": lambda settings, value: setattr(settings, "every", duration(value)),
    "rss": lambda settings, value: setattr(settings, "on_rss", size(value)),
    "keep": _set_keep,
    "strings": _set_strings,
    "mode": lambda settings, value: setattr(settings, "mode", one_of(MODES, value)),
    "children": lambda settings, value: setattr(
        settings, "children", one_of(("0", "1"), value) == "1"),
}
