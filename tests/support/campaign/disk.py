"""A small disk of its own for data folders, that can be filled: a tmpfs where mounting is allowed, else a limit.

The limit is that of the size of files (RLIMIT_FSIZE) of the processes that are told to write there: none of them can
then write anything to any file.
"""

from __future__ import annotations

import contextlib
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

_SIZE = 96


class Disk:
    """``folder`` lies on it; ``kind`` says how it is filled."""

    def __init__(self) -> None:
        self.folder = Path()
        self.kind: Literal["tmpfs", "file-size limit"] = "tmpfs"
        self._limited: set[int] = set()

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="dotbridge-disk-"))
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}m", "dotbridge", str(self.folder)]
        try:
            subprocess.run(mount, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            self.kind = "file-size limit"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.kind == "tmpfs":
            subprocess.run(["umount", "--lazy", str(self.folder)], check=False, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def fill(self, processes: Iterable[int]) -> None:
        """No byte more can be written there."""
        if self.kind == "tmpfs":
            with contextlib.suppress(OSError), (self.folder / "filler").open("wb", buffering=0) as filler:
                while filler.write(bytes(65536)):
                    pass
            return
        for process in processes:
            self._limit(process, 0)
            self._limited.add(process)

    def free(self) -> None:
        """As before."""
        (self.folder / "filler").unlink(missing_ok=True)
        for process in self._limited:
            self._limit(process, resource.RLIM_INFINITY)
        self._limited.clear()

    def _limit(self, process: int, size: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def family(process: int) -> list[int]:
    """The process and those that it has started."""
    try:
        started = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return [process]
    return [process, *[one for child in started for one in family(int(child))]]
