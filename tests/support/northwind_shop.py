"""Starts the sample shop Northwind in a process of its own, for tests of every room that reads a shop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

UNTIL = "2026-11-20 00:00:00"


class Northwind:
    """A running shop: ``url``, ``bearer`` (and ``limited``) tokens and ``oauth`` credentials.

    Further options of the command line are given by name: ``Northwind(orders=50, living=0.2)``. Without a
    ``folder`` the shop lives in one of its own that goes with it.
    """

    def __init__(
        self, folder: Path | None = None, *, seed: int = 7, until: str = UNTIL, **options: float | str
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="northwind-") if folder is None else None
        self.database = Path(self._folder.name if self._folder else folder or ".") / "shop.sqlite3"
        self._options = {"seed": seed, "until": until, **options}
        self._process: subprocess.Popen[str] | None = None
        self.port = 0
        self.url = self.bearer = self.limited = ""
        self.oauth: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._folder:
            self._folder.cleanup()

    def start(self) -> None:
        """Start on the port of the last run, or a free one, and wait until the shop answers."""
        command = [sys.executable, "-m", "dotbridge.sandbox.northwind", "--port", str(self.port)]
        command += ["--database", str(self.database)]
        for name, value in self._options.items():
            command += [f"--{name.replace('_', '-')}", str(value)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the shop ended with {self._process.wait()} before it was ready")
        ready = json.loads(line)
        self.url, self.port = ready["url"], ready["port"]
        self.bearer, self.limited, self.oauth = ready["bearer"], ready["limited"], ready["oauth"]

    def stop(self) -> None:
        """End the shop as an operator would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the shop as a power cut would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start again on the same port and file, ending what still runs."""
        self.kill()
        self.start()

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.wait(timeout=30)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    def change(self, kind: str, **arguments: Any) -> dict[str, Any]:
        """Let something happen in the shop; the answer names what changed."""
        return dict(self.call("POST", "/northwind/change", {"kind": kind, **arguments}, bearer=None)[1])

    def counts(self) -> dict[str, dict[str, int]]:
        """Website code → collection → number of records, counted in the shop."""
        return dict(self.call("GET", "/northwind/counts", bearer=None)[1])

    def get(self, path: str) -> Any:
        """The answer of a GET below ``/rest/`` with the bearer token; fails unless it is 200."""
        status, answer = self.call("GET", f"/rest/{path}")
        assert status == 200, answer
        return answer

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        bearer: str | None = "",
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Status and JSON of any call. ``bearer`` left out is the full token, None is none; bytes go as they are."""
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        given = {"Accept": "application/json", "Content-Type": "application/json", **(headers or {})}
        if bearer is not None:
            given["Authorization"] = f"Bearer {bearer or self.bearer}"
        request = urllib.request.Request(self.url + path, data=sent, method=method, headers=given)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())
