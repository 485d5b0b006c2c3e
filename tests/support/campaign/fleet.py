"""The product's processes of one round, embedded or distributed; whoever of them ends by itself is started again."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from support.campaign.disk import family
from support.mariadb import free_port
from support.postgresql import PostgreSql
from support.toy_machine import TESTS, Machine

Mode = Literal["embedded", "distributed"]
_PARTS: dict[Mode, dict[str, tuple[str, ...]]] = {
    "embedded": {"up": ("up", "--workers", "3")},
    "distributed": {
        "beat-1": ("beat",),
        "beat-2": ("beat",),
        "web": ("web",),
        "worker-1": ("worker", "--processes", "2"),
        "worker-2": ("worker", "--processes", "1"),
    },
}
#: What a part says when it has started. Until then it may end: whoever started it tries again, as a service manager does.
_POOL = "Could not start worker processes"  # a worker whose pool was killed while it began
_STARTED = ("At work.", "Standing by", "Working for", "Console:")


@dataclass
class Running:
    """One process, and how long its log was when it began."""

    process: subprocess.Popen[bytes]
    said: int


class Fleet(Machine):
    """An installation in ``folder``; in distributed mode its ledger is ``database`` and its servers are behind proxies."""

    def __init__(
        self, mode: Mode, folder: Path, logs: Path, environment: dict[str, str], server: PostgreSql, database: str = ""
    ) -> None:
        super().__init__(folder, Path())
        self.mode, self.logs, self.database = mode, logs, database
        self.environment = environment
        self.web_port = 0
        #: Those that ended although nobody killed them, with what they said last.
        self.ended: list[str] = []
        self._server = server
        self._running: dict[str, Running] = {}
        self._down: dict[str, float] = {}

    def command(self, arguments: Any, environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
        command, given = super().command(arguments, {**self.environment, **environment})
        return command, given

    def copy_as(self, folder: Path, logs: Path, environment: dict[str, str], database: str = "") -> Fleet:
        """The same installation with another folder and ledger."""
        shutil.copytree(self.folder, folder)
        return Fleet(self.mode, folder, logs, environment, self._server, database)

    def names(self) -> list[str]:
        """The parts that there are."""
        return list(_PARTS[self.mode])

    def launch(self) -> None:
        """Starts every part."""
        self.web_port = free_port()
        self.logs.mkdir(parents=True, exist_ok=True)
        for name in self.names():
            self._begin(name)

    def kill(self, name: str, down: float) -> None:
        """SIGKILL to the part and all that it has started; it comes back after so many seconds."""
        self._down[name] = time.monotonic() + down
        if (running := self._running.pop(name, None)) is not None:
            with suppress(ProcessLookupError):
                os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait(30)

    def pause(self, name: str, *, on: bool) -> None:
        """Stops the part as a whole, or one process of it, as a host that hangs; or lets it go on."""
        if (running := self._running.get(name)) is not None:
            with suppress(ProcessLookupError):
                os.killpg(running.process.pid, signal.SIGSTOP if on else signal.SIGCONT)

    def kill_child(self, name: str) -> bool:
        """SIGKILL to the newest process that the part has started; False when it has none."""
        running = self._running.get(name)
        children = family(running.process.pid)[1:] if running else []
        for child in children[-1:]:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return bool(children)

    def processes(self) -> list[int]:
        """Ids of all processes."""
        return [one for running in self._running.values() for one in family(running.process.pid)]

    def tend(self, *, all_at_once: bool = False) -> None:
        """Starts who was killed and is to come back, and who ended by itself."""
        for name, running in list(self._running.items()):
            if (code := running.process.poll()) is not None:
                said = (self.logs / name).read_bytes()[running.said :].decode(errors="replace")
                if any(word in said for word in _STARTED) and _POOL not in said:
                    self.ended.append(f"{name} ended by itself with {code}: {said[-600:]}")
                self.kill(name, 0.5)
        for name, until in list(self._down.items()):
            if all_at_once or time.monotonic() > until:
                del self._down[name]
                self._begin(name)

    def tail(self, name: str) -> str:
        """The last that a part said."""
        return (self.logs / name).read_text(errors="replace")[-600:]

    def close(self) -> None:
        """Ends every part at once."""
        for name in list(self._running):
            self.kill(name, 0)
        self._down.clear()

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        if self.mode == "distributed":
            return self._server.execute(self.database, statement.replace("?", "%s"), values)
        with closing(sqlite3.connect(self.folder / "dotbridge.sqlite3", isolation_level=None, timeout=10)) as ledger:
            return ledger.execute(statement, values).fetchall()

    def hurry(self) -> None:
        """Time passes for whatever waits for its next try, so that a round need not."""
        now = time.time()
        self.sql("UPDATE job SET due_at = ? WHERE state = 'idle' AND due_at > ? AND kind <> 'cleaner'", now, now + 1)
        self.sql("UPDATE email_importer SET due_at = ? WHERE due_at > ? AND state <> 'settled'", now, now + 1)
        self.sql("UPDATE budget SET at = at - 5")

    def _begin(self, name: str) -> None:
        arguments = _PARTS[self.mode][name]
        if arguments[0] in ("up", "web"):
            arguments += ("--port", str(self.web_port))
        command, given = self.command(arguments, {"PYTHONUNBUFFERED": "1"})
        with (self.logs / name).open("ab") as output:
            said = output.tell()
            process = subprocess.Popen(
                command, env=given, stdout=output, stderr=output, cwd=TESTS, start_new_session=True
            )
        self._running[name] = Running(process, said)
