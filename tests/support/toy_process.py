"""dotbridge as a process of its own that also speaks the toy platform: ``python -m support.toy_process ARGUMENTS``.

The arguments are those of the real command line. ``serve`` works like ``dotbridge up`` without its console, until
SIGTERM. With ``TOY_BOUNDARIES=FILE`` every pass of a named boundary is written down there, to know where one can die.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from dotbridge.observe import boundary
from dotbridge.sources import registry


def note_boundaries(path: Path) -> None:
    """Writes the name of each boundary that is passed; rooms bind ``reach`` when they are loaded, which is later."""
    file = path.open("a", buffering=1)
    boundary.reach = lambda name: print(name, file=file)


def serve() -> None:
    """Scheduler and workers until SIGTERM; exit 1 when a turn did not end in time."""
    from dotbridge.config.start import start  # noqa: PLC0415 - loads Django

    start(level="info")
    from dotbridge.jobs.runner import Runner  # noqa: PLC0415 - needs Django

    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked.set())
    runner = Runner(workers=3)
    runner.start()
    print("working", flush=True)
    asked.wait()
    sys.exit(0 if runner.stop() else 1)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dotbridge.config.settings")
    if noted := os.environ.get("TOY_BOUNDARIES"):
        note_boundaries(Path(noted))
    registry.PLATFORMS["toy"] = "support.toy_shop:Toy"
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        from dotbridge.config.entry import main

        main()
