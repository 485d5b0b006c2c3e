"""A private RabbitMQ for tests: own data folder, node name, cookie, port mapper and loopback ports; thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import amqp

from support.mariadb import free_port

HOST = "127.0.0.1"


def program(name: str) -> str | None:
    """Where a program of RabbitMQ lies. Debian's own wrapper would change to its system user, who owns no such folder."""
    for path in sorted(Path("/usr/lib/rabbitmq/lib").glob(f"*/sbin/{name}"), reverse=True):
        return str(path)
    return None


class RabbitMq:
    """One private server. ``with RabbitMq() as broker`` starts it and stops it, by process id."""

    def __init__(self) -> None:
        self.port = 0
        self.folder = Path()
        self._epmd: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._environment: dict[str, str] = {}

    @staticmethod
    def available() -> bool:
        """Whether this machine has the server."""
        return bool(program("rabbitmq-server") and shutil.which("epmd"))

    @property
    def url(self) -> str:
        """The broker as DOTBRIDGE_BROKER names it."""
        return f"amqp://guest:guest@{HOST}:{self.port}//"

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="dotbridge-rabbitmq-"))
        self.port, mapper = free_port(), str(free_port())
        (self.folder / "plugins").write_text("[].\n")
        (self.folder / "rabbitmq.conf").write_text("log.console.level = warning\n")
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),  # the cookie is made here
            "LANG": "C.UTF-8",
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": mapper,
            "RABBITMQ_NODENAME": f"dotbridge{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": HOST,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        self._epmd = subprocess.Popen(["epmd", "-address", HOST, "-port", mapper], env=self._environment)
        try:
            self.start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def start(self) -> None:
        """Starts the server on its data folder, on the port it had before; returns when it takes clients."""
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [str(program("rabbitmq-server"))],
                env=self._environment,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                start_new_session=True,
            )
        deadline = time.monotonic() + 90
        while True:
            try:
                with amqp.Connection(f"{HOST}:{self.port}", userid="guest", password="guest", connect_timeout=5):
                    return
            except (OSError, amqp.AMQPError):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "output").read_text(errors="replace")[-3000:]) from None
                time.sleep(0.2)

    def kill(self) -> None:
        """Ends the server at once, as a power cut would (SIGKILL to its own process group)."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)
            self._process = None

    def waiting(self, queue: str) -> int:
        """How many messages wait in a queue, those in a worker's hands aside."""
        with amqp.Connection(f"{HOST}:{self.port}", userid="guest", password="guest") as connection:
            return int(connection.channel().queue_declare(queue, passive=True).message_count)

    def purge(self, queue: str) -> int:
        """Loses every message that waits in a queue; gives how many."""
        with amqp.Connection(f"{HOST}:{self.port}", userid="guest", password="guest") as connection:
            return int(connection.channel().queue_purge(queue) or 0)

    def double(self, queue: str, most: int = 20) -> int:
        """Puts messages that wait in a queue there twice; gives how many."""
        doubled = 0
        with amqp.Connection(f"{HOST}:{self.port}", userid="guest", password="guest") as connection:
            channel = connection.channel()
            while doubled < most and (message := channel.basic_get(queue)) is not None:
                for _ in range(2):
                    channel.basic_publish(amqp.Message(message.body, **message.properties), routing_key=queue)
                channel.basic_ack(message.delivery_tag)
                doubled += 1
        return doubled

    def _end(self) -> None:
        self.kill()
        if self._epmd:
            self._epmd.kill()
            self._epmd.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
