"""Snapshots of this process's heap, complete and exact, taken without the program noticing.

    import heapsnap
    info = heapsnap.capture("app.hsnap")            # waits until the file is whole
    heapsnap.install(signal="USR2", at_exit=True)   # or: whenever something happens

The command line reads them: heapsnap hist app.hsnap --by type
"""

__all__ = ["CaptureError", "CaptureInfo", "capture", "install"]


try:
    from heapsnap._capture import CaptureError, CaptureInfo, capture
    from heapsnap._triggers import install
except ImportError:
    # There is no agent for this Python, which _startup has to be able to say.
    def __getattr__(name):
        if name in __all__:
            from heapsnap import _agent  # says why
        raise AttributeError(f"module 'heapsnap' has no attribute '{name}'")
