"""The commercetools server from npm as a process for tests: seeded with finished documents, made to fail on purpose."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from dotbridge.sources.commercetools.project import Project

FOLDER = Path(__file__).parent / "commercetools_mock"
PROJECT = "demo-shop"
Json = dict[str, Any]
Open = Callable[..., Project]
"""Opens the project with further settings."""

_OLDEST_NODE = 20


def cache() -> Path:
    """Where ``scripts/services`` builds the server's packages."""
    lock = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()[:16]
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "dotbridge" / f"commercetools-mock-{lock}"


def runtime() -> str | None:
    """The Node.js that runs it: the one that was built beside it, else the machine's."""
    beside = next(cache().glob("runtime/node_modules/node-linux-*/bin/node"), None)
    return str(beside) if beside else shutil.which("node")


def lacking() -> str:
    """Why the server cannot run here, "" if it can."""
    node = runtime()
    if node is None:
        return "node is not installed"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    if int(version.lstrip("v").partition(".")[0] or 0) < _OLDEST_NODE:
        return f"node {version.strip()} is older than {_OLDEST_NODE}"
    return "" if (cache() / ".ready").exists() else "the commercetools server is not built; run scripts/services"


class CommercetoolsServer:
    """A running server. Its clock, tokens, documents, messages and faults are in the test's hand."""

    def __init__(self) -> None:
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if reason := lacking():
            if os.environ.get("DOTBRIDGE_REQUIRE_SERVICES") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
        command = [runtime() or "node", "--input-type=module", "-"]
        self._process = subprocess.Popen(command, cwd=cache(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write((FOLDER / "runner.mjs").read_bytes())
        self._process.stdin.close()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server ended with {self._process.wait()} before it was ready")
        self.url = json.loads(line)["url"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(timeout=30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def settings(self, **more: Any) -> Json:
        """The settings of a connection to it."""
        return {
            "project_key": PROJECT,
            "client_id": "dotbridge",
            "client_secret": "sesame-1",
            "api_url": self.url,
            "auth_url": self.url,
            "allow_private": True,
            "settle_seconds": 0,
            **more,
        }

    def control(self, name: str, body: Any = None) -> Any:
        """One of the runner's own controls."""
        request = urllib.request.Request(
            f"{self.url}/control/{name}",
            data=json.dumps({} if body is None else body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def clear(self) -> None:
        """An empty project that has never been asked."""
        self.control("clear")

    def seed(self, kind: str, *documents: Json) -> None:
        """Adds or replaces finished documents."""
        self.control("seed", {"project": PROJECT, "type": kind, "documents": documents})

    def remove(self, kind: str, document_id: str) -> None:
        """Deletes a document without a trace."""
        self.control("remove", {"project": PROJECT, "type": kind, "id": document_id})

    def fails(self, path: str, status: int, body: str = "", *, times: int = 1, **headers: str) -> None:
        """The next calls whose path ends like this are answered so."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.control("faults", [{"path": path, "status": status, "body": body, "times": times, "headers": named}])

    def asked(self) -> Sequence[str]:
        """The calls since the last look, as method and address."""
        found: list[str] = self.control("requests")
        return found
