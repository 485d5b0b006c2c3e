"""Named boundaries of the data path, where a test may kill the process to prove that nothing is lost there.

``DOTBRIDGE_KILL_AT=importer.submitted`` dies at the first pass of that boundary, ``importer.submitted:3`` at the third.
Without the variable ``reach`` is one comparison: it is safe in production and says where crash safety is promised.
"""

from __future__ import annotations

import itertools
import os
import signal

KILL_AT = "DOTBRIDGE_KILL_AT"


def _target(setting: str) -> tuple[str, int]:
    name, colon, number = setting.rpartition(":")
    return (name, int(number)) if colon and number.isdigit() else (setting, 1)


_name, _at = _target(os.environ.get(KILL_AT, ""))
_passes = itertools.count(1)  # next() is atomic, so that threads never count one pass twice


def reach(name: str) -> None:
    """Say that the data path has come to the boundary ``name``; returns at once unless a test chose to die here."""
    if name == _name and next(_passes) == _at:
        os.kill(os.getpid(), signal.SIGKILL)
