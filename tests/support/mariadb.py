"""A private MariaDB for tests: own data folder, loopback port, thrown away afterwards.

It trades durability for speed (no binary log, no sync), so it is good for tests and for nothing else.
"""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pymysql

PASSWORD = "northwind-test"
FLAGS = (
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=256M",
    "--innodb-doublewrite=0",
    "--innodb-flush-method=nosync",
    "--performance-schema=OFF",
    "--skip-name-resolve",
    "--max-connections=50",
    "--character-set-server=utf8mb4",
    "--default-time-zone=+05:30",  # not UTC on purpose: a reader has to ask for UTC itself
)


def program(name: str) -> str | None:
    """Where a MariaDB program lies; Debian puts the server outside of a user's PATH."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


class MariaDb:
    """One private server. ``with MariaDb() as server`` starts it and stops it, by its process id.

    Further ``flags`` of the server come behind the usual ones and so win over them.
    """

    user = "root"
    password = PASSWORD
    host = "127.0.0.1"

    def __init__(self, *flags: str) -> None:
        self.flags = flags
        self.port = 0
        self.folder = Path()
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def available() -> bool:
        """Whether this machine has the server and its installer."""
        return bool(program("mariadbd") and program("mariadb-install-db"))

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="dotbridge-mariadb-"))
        install = program("mariadb-install-db")
        assert install, "MariaDB is not installed"
        command = [install, "--no-defaults", f"--datadir={self.folder / 'data'}", "--skip-test-db", *self._as_user()]
        command += ["--auth-root-authentication-method=normal", f"--tmpdir={self.folder / 'temporary'}"]
        (self.folder / "temporary").mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.folder, "mysql")
            shutil.chown(self.folder / "temporary", "mysql")
        subprocess.run(command, check=True, capture_output=True)
        (self.folder / "users.sql").write_text(
            f"CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
            "GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n"
        )
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Starts the server on its data folder, on the port it had before."""
        server = program("mariadbd")
        assert server, "MariaDB is not installed"
        self.port = self.port or free_port()
        command = [server, "--no-defaults", f"--datadir={self.folder / 'data'}", *self._as_user(), *FLAGS, *self.flags]
        command += [f"--port={self.port}", f"--bind-address={self.host}", f"--socket={self.folder / 'socket'}"]
        command += [f"--pid-file={self.folder / 'pid'}", f"--init-file={self.folder / 'users.sql'}"]
        # A server that starts clears its folder of temporary tables, so no two of them may have the same one.
        command += [f"--tmpdir={self.folder / 'temporary'}"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection((self.host, self.port), 1).close()
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:]) from None
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Ends the server at once; its data folder stays until the ``with`` ends."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def connect(self, database: str | None = None) -> pymysql.Connection[Any]:
        """A connection with all rights, in UTC, for setting a test's scene."""
        return pymysql.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            database=database,
            autocommit=True,
            charset="utf8mb4",
            init_command="SET time_zone='+00:00'",
        )

    def execute(self, database: str, *statements: str) -> list[tuple[Any, ...]]:
        """Runs statements with all rights; gives the rows of the last."""
        rows: list[tuple[Any, ...]] = []
        with self.connect(database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                rows = list(cursor.fetchall())
        return rows

    def load(self, dump: Path, database: str) -> None:
        """Loads a (gzipped) SQL dump into a fresh database, in UTC."""
        client = program("mariadb") or program("mysql")
        assert client, "the MariaDB client is not installed"
        self.execute("mysql", f"DROP DATABASE IF EXISTS `{database}`", f"CREATE DATABASE `{database}`")
        command = [client, "--no-defaults", f"--host={self.host}", f"--port={self.port}", f"--user={self.user}"]
        command += [f"--password={self.password}", "--default-character-set=utf8mb4", database]
        text = gzip.decompress(dump.read_bytes()) if dump.suffix == ".gz" else dump.read_bytes()
        first = b"SET time_zone='+00:00';SET foreign_key_checks=0;SET unique_checks=0;SET autocommit=0;\n"
        subprocess.run(command, input=first + text + b"\nCOMMIT;\n", check=True, capture_output=True)

    def copy(self, source: str, target: str, tables: Iterable[str], prefix: str = "") -> None:
        """A fresh database with copies of those of the tables that the source has, their names prefixed."""
        names = {row[0] for row in self.execute(source, "SHOW TABLES")}
        statements = [f"DROP DATABASE IF EXISTS `{target}`", f"CREATE DATABASE `{target}`"]
        statements += ["SET sql_mode='NO_AUTO_VALUE_ON_ZERO'"]  # Magento's admin store has the id 0
        for name in sorted(names & set(tables)):
            statements.append(f"CREATE TABLE `{target}`.`{prefix}{name}` LIKE `{source}`.`{name}`")
            statements.append(f"INSERT INTO `{target}`.`{prefix}{name}` SELECT * FROM `{source}`.`{name}`")
        self.execute(source, *statements)

    def _as_user(self) -> list[str]:
        return ["--user=mysql"] if os.geteuid() == 0 else []


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
