"""A server of the sandbox in a process of its own: started, waited for, and ended by its id."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import orjson

from dotbridge.cli.codes import SERVER_DIED
from dotbridge.errors import ConfigError


class ServerProcess:
    """``ready`` is the JSON line that the server prints when it answers. It shares nothing with us but the machine."""

    def __init__(self, module: str, arguments: Sequence[str]) -> None:
        self.module = module
        self._command = [sys.executable, "-m", module, *arguments]
        self._process: subprocess.Popen[bytes] | None = None
        self.ready: dict[str, Any] = {}

    def __enter__(self) -> Self:
        # A group of its own: Ctrl-C reaches us, and we end the servers in order.
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, start_new_session=True)
        line = self._process.stdout.readline() if self._process.stdout else b""
        if not line:
            raise ConfigError(SERVER_DIED, f"It is {self.module}.")
        self.ready = orjson.loads(line)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
