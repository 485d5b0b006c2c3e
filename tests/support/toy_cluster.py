"""dotbridge on PostgreSQL and RabbitMQ: web, workers and schedulers as processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from support.postgresql import PostgreSql
from support.rabbitmq import RabbitMq
from support.toy_machine import Machine

LANES = ("live", "bulk", "upkeep")


class Cluster(Machine):
    """A machine whose ledger is a database of ``server`` and whose workers listen to ``broker``."""

    def __init__(self, folder: Path, shop: Path, server: PostgreSql, broker: RabbitMq | None = None) -> None:
        super().__init__(folder, shop)
        self.server, self.broker = server, broker
        self.database = server.create()
        self._running: list[subprocess.Popen[str]] = []

    def lay_tables(self) -> None:
        if self.sql("SELECT to_regclass('django_migrations')") == [(None,)]:
            self.database = self.server.create(_tables(self.server))

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        given = {"DOTBRIDGE_DATABASE": self.server.url(self.database)}
        if self.broker is not None:
            given["DOTBRIDGE_BROKER"] = self.broker.url
        return super().start(*arguments, **{**given, **environment})

    def begin(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """A process that goes on until it is stopped; what it says goes to a file beside its folder."""
        with (self.folder / "output").open("a") as output:
            process = self._spawn(arguments, output, environment)
        self._running.append(process)
        return process

    def _spawn(self, arguments: tuple[str, ...], output: Any, environment: dict[str, str]) -> subprocess.Popen[str]:
        given = {"DOTBRIDGE_DATABASE": self.server.url(self.database), **environment}
        if self.broker is not None:
            given = {"DOTBRIDGE_BROKER": self.broker.url, **given}
        command, env = self.command(arguments, given)
        return subprocess.Popen(command, env=env, stdout=output, stderr=output, text=True, start_new_session=True)

    def kill(self, process: subprocess.Popen[str]) -> None:
        """SIGKILL to the process and all that it started, as when its host loses power."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)
        self._running.remove(process)

    def stop(self, process: subprocess.Popen[str]) -> int:
        """SIGTERM; gives the exit code."""
        process.terminate()
        code = process.wait(60)
        self._running.remove(process)
        return code

    def close(self) -> None:
        """Ends what still runs."""
        for process in list(self._running):
            self.kill(process)

    def said(self) -> str:
        """What the processes of ``begin`` said so far."""
        return (self.folder / "output").read_text()

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.server.execute(self.database, statement.replace("?", "%s"), values)

    def wait_for(self, what: Callable[[], bool], seconds: float = 60) -> None:
        """Until it holds; fails with what the processes said when it does not in time."""
        until = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < until, (
                self.said()[-6000:],
                self.sql("SELECT kind, state, due_at, code, detail FROM job"),
            )
            time.sleep(0.1)


@cache
def _tables(server: PostgreSql) -> str:
    """A database of the server as the first command of an installation leaves it, made once by such a command."""
    with tempfile.TemporaryDirectory() as folder:
        machine = Cluster(Path(folder), Path("none"), server)
        machine.run("jobs")
        return machine.database
