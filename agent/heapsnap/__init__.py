"""Snapshots of this process's heap, complete and exact, taken without the program noticing.

    import heapsnap
    info = heapsnap.capture("app.hsnap")            # waits until the file is whole
    heapsnap.install(signal="USR2", at_exit=True)   # or: whenever something happens

The command line reads them: heapsnap hist app.hsnap --by type
"""

from heapsnap._capture import CaptureError, CaptureInfo, capture
from heapsnap._triggers import install

__all__ = ["CaptureError", "CaptureInfo", "capture", "install"]
