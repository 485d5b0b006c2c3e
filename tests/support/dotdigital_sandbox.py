"""The Dotdigital sandbox as a process for tests: started on a free port, killed, restarted on the same file.

Use it as a context manager::

    with Sandbox() as sandbox:
        status, answer = sandbox.call("GET", "/v2/account-info")

It speaks plain HTTP through the standard library, so that what is tested is never the product's own client.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

USER, PASSWORD = "apiuser-test@apiconnector.com", "sandbox-1"
AMERICAN = "apiuser-america@apiconnector.com"
SOURCE = Path(__file__).resolve().parents[2] / "src"


@dataclass(frozen=True)
class Reply:
    """One answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def message(self) -> str:
        return str(self.json["message"])


class Sandbox:
    """A running sandbox; ``accounts`` are ``(user, password, region)``, the first is the default one."""

    def __init__(self, accounts: Sequence[tuple[str, str, str]] = ((USER, PASSWORD, "r1"),)) -> None:
        self.accounts = list(accounts)
        self.url = ""
        self.port = 0
        self._folder = tempfile.TemporaryDirectory(prefix="dotdigital-sandbox-")
        self.database = Path(self._folder.name) / "sandbox.sqlite3"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._folder.cleanup()

    def start(self) -> None:
        """Start the process and wait until it says that it is ready."""
        command = [sys.executable, "-m", "dotbridge.sandbox.dotdigital"]
        command += ["--port", str(self.port), "--database", str(self.database)]
        for account in self.accounts:
            command += ["--seed-account", ":".join(account)]
        environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
        assert self._process.stdout is not None
        ready = json.loads(self._process.stdout.readline())
        self.url, self.port = ready["url"], ready["port"]

    def stop(self) -> None:
        """Ask the process to end, as a service manager would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the process at once (SIGKILL)."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start again on the same port and file."""
        if self._process is not None:
            self.stop()
        self.start()

    def keep(self, path: Path) -> None:
        """Copies what the sandbox holds now to a file."""
        self._copy(self.database, path)

    def put_back(self, path: Path) -> None:
        """Gives the sandbox, also a running one, the content of a kept file."""
        self._copy(path, self.database)

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
            one.backup(other)

    def _end(self, number: int) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        self._process.wait(timeout=30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def authorization(self, user: str | None = None) -> str:
        """The Basic header of an account."""
        wanted = user or self.accounts[0][0]
        password = next(password for name, password, _ in self.accounts if name == wanted)
        return "Basic " + base64.b64encode(f"{wanted}:{password}".encode()).decode()

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 60,
    ) -> Reply:
        """One request with exactly these headers; raises what http.client raises when the answer breaks off."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def raw(self, sent: bytes) -> bytes:
        """Everything that comes back for these bytes until the sandbox closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(sent)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def call(self, method: str, path: str, document: Any = None, *, user: str | None = None, **headers: str) -> Reply:
        """One API call, signed in, with a JSON body unless ``document`` is None."""
        sent = {"Authorization": self.authorization(user), "Accept": "application/json", **headers}
        body = None
        if document is not None:
            body = json.dumps(document).encode()
            sent.setdefault("Content-Type", "application/json")
        return self.send(method, path, body, sent)

    def get(self, path: str, document: Any = None) -> Any:
        """The JSON of a successful GET."""
        reply = self.call("GET", path, document)
        assert reply.status == 200, reply
        return reply.json

    def post_control(self, name: str, document: Any = None) -> Any:
        """One of the sandbox's own controls: ``post_control("clock", {"advance": 60})``."""
        body = json.dumps({} if document is None else document).encode()
        reply = self.send("POST", f"/sandbox/{name}", body)
        assert reply.status < 300, reply
        return reply.json

    def delete_control(self, name: str) -> None:
        assert self.send("DELETE", f"/sandbox/{name}").status < 300

    def get_control(self, name: str) -> Any:
        reply = self.send("GET", f"/sandbox/{name}")
        assert reply.status == 200, reply
        return reply.json

    def state(self, user: str | None = None) -> Any:
        """The state of an account, without ids and instants."""
        return self.get_control(f"state?account={user or self.accounts[0][0]}")

    def requests(self, since: int = 0, *, bodies: bool = False) -> list[dict[str, Any]]:
        """The journal of requests after a number."""
        found: list[dict[str, Any]] = self.get_control(f"requests?since={since}&bodies={int(bodies)}")["requests"]
        return found
