"""Snapshots of this process's heap, complete and exact, taken without the program noticing.

    import heapsnap
    info = heapsnap.capture("app.hsnap")            # waits until the file is whole
    heapsnap.install(signal="USR2", at_exit=True)   # or: whenever something happens

The command line reads them: heapsnap hist app.hsnap --by type
"""

__all__ = ["CaptureError", "CaptureInfo", "capture", "install"]


def __getattr__(name):
    # Not imported above: _startup has to be able to say that there is no agent for this Python.
    if name not in __all__:
        raise AttributeError(f"module 'heapsnap' has no attribute '{name}'")
    from heapsnap import _capture, _triggers

    for module in (_capture, _triggers):
        globals().update((key, vars(module)[key]) for key in __all__ if key in vars(module))
    return globals()[name]
