"""A private PostgreSQL for tests: own data folder, loopback port, thrown away afterwards.

It trades durability for speed (no sync), so it is good for tests and for nothing else. ``python -m support.postgresql
COMMAND …`` runs a command, such as pytest, with ``DOTBRIDGE_DATABASE`` naming a fresh database of a private server.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

from support.mariadb import free_port

USER = "dotbridge"
PASSWORD = "northwind-test"
FLAGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "deadlock_timeout": "200ms",
    "timezone": "Asia/Kolkata",  # not UTC on purpose: whoever needs UTC has to ask for it
    "log_min_messages": "warning",
}


def program(name: str) -> str | None:
    """Where a PostgreSQL program lies; Debian keeps those of the server beside each version."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *map(str, versions)]))


class PostgreSql:
    """One private server. ``with PostgreSql() as server`` starts it and stops it, by its process id."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.port = 0
        self.folder = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0

    @staticmethod
    def available() -> bool:
        """Whether this machine has the server, and a user under whom it may run."""
        return bool(program("initdb") and program("postgres")) and (os.geteuid() != 0 or _account() is not None)

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="dotbridge-postgresql-"))
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        if os.geteuid() == 0:
            for path in (self.folder, secret):
                shutil.chown(path, _account())
        command = [str(program("initdb")), f"--pgdata={self.folder / 'data'}", f"--username={USER}", "--no-sync"]
        command += ["--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **_as_user())
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Starts the server on its data folder, on the port it had before."""
        self.port = self.port or free_port()
        command = [str(program("postgres")), "-D", str(self.folder / "data"), "-p", str(self.port)]
        command += [part for name, value in FLAGS.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **_as_user())
        deadline = time.monotonic() + 60
        while True:
            try:
                self.connect("postgres").close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:]) from None
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """Ends the server and its sessions at once (its own immediate shutdown); its data folder stays."""
        if self._process:
            self._process.send_signal(3)
            self._process.wait(30)
            self._process = None

    def url(self, database: str, user: str = USER, password: str = PASSWORD) -> str:
        """The database as DOTBRIDGE_DATABASE names it."""
        return f"postgresql://{user}:{password}@{self.host}:{self.port}/{database}"

    def connect(self, database: str) -> psycopg.Connection[Any]:
        """A connection with all rights."""
        return psycopg.connect(
            host=self.host, port=self.port, user=USER, password=PASSWORD, dbname=database, autocommit=True
        )

    def create(self, template: str = "template1") -> str:
        """A new database, a copy of ``template``; gives its name."""
        self._made += 1
        name = f"ledger_{os.getpid()}_{self._made}"
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        with self.connect("postgres") as connection:
            connection.execute(words)
        return name

    def execute(self, database: str, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Runs one statement with all rights; gives its rows."""
        with self.connect(database) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []


def _account() -> str | None:
    """Whom the server runs as where we are root, since it refuses root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None


def _as_user() -> dict[str, Any]:
    name = _account() if os.geteuid() == 0 else None
    if name is None:
        return {}
    account = pwd.getpwnam(name)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def port_open(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection((host, port), 1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    with PostgreSql() as server:
        given = {**os.environ, "DOTBRIDGE_DATABASE": server.url(server.create())}
        sys.exit(subprocess.run(sys.argv[1:], env=given, check=False).returncode)
