"""The binary log of a shop's MariaDB or MySQL as a feed of ids: rows that were written, by the record they belong to.

Plain mode of mysql-replication, an optional extra: its MariaDB mode loops on a file position (stack study §4). Column
names are not in the log by default, so that keys are found by their place in the table. A position is only ever one
behind a whole transaction, so that a reader killed at any moment goes on exactly there.

While the shop writes nothing a look costs one statement on a connection that stays open.
"""

from __future__ import annotations

import contextlib
import logging
import ssl
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pymysql

from dotbridge.errors import ConfigError, FatalError, RetryableError
from dotbridge.sources.base import ChangeFeed, Changes, FedTable
from dotbridge.sources.codes import (
    CREDENTIALS_REFUSED,
    FEED_ABSENT,
    FEED_UNFIT,
    QUERY_REFUSED,
    RIGHT_MISSING,
    SHOP_UNREACHABLE,
)

_PURGED = {1236, 1373}
_DENIED = {1045, 1698}
_RIGHT = {1142, 1227}
_FIRST_OF_CLIENT = 2000  # numbers from here on are the driver's: the connection is gone
_STATUS = ("SHOW MASTER STATUS", "SHOW BINARY LOG STATUS")
_WANTED = {"binlog_format": "ROW", "binlog_row_image": "FULL"}


class Place(msgspec.Struct, frozen=True):
    """A file of the log and the byte behind a whole transaction in it."""

    file: str
    at: int

    def is_behind(self, other: Place) -> bool:
        """Whether the other one is farther on in the log; names of files count upwards."""
        return (len(self.file), self.file, self.at) < (len(other.file), other.file, other.at)


class Binlog(ChangeFeed):
    """The log as the connection's user may read it (REPLICATION SLAVE, REPLICATION CLIENT or BINLOG MONITOR)."""

    def __init__(self, settings: Mapping[str, Any], tables: Mapping[str, FedTable]) -> None:
        self._prefix = str(settings.get("table_prefix") or "")
        self._database = str(settings["database"])
        self._login: dict[str, Any] = {
            "host": str(settings["host"]),
            "port": int(settings.get("port") or 3306),
            "user": str(settings["user"]),
            "password": str(settings.get("password") or ""),
            **({"ssl": ssl.create_default_context()} if settings.get("tls") else {}),
        }
        self._tables = {self._prefix + name: fed for name, fed in tables.items()}
        # Replicas of one server must differ in number; ours is the same for the same shop, whoever reads.
        self._number = 2**31 + zlib.crc32(f"{self._login['host']} {self._database}".encode()) % 2**30
        self._connection: pymysql.Connection[Any] | None = None

    def start(self) -> str:
        found = {str(name): value for name, value in self._ask("SHOW GLOBAL VARIABLES LIKE 'binlog%%'")}
        for name, wanted in _WANTED.items():
            if str(found.get(name, "")).upper() != wanted:
                raise ConfigError(FEED_UNFIT, f"{name} is {found.get(name)}, not {wanted}.")
        return _text(self._head())

    def read(self, position: str, most: int) -> Changes:
        place, head = msgspec.json.decode(position, type=Place), self._head()
        if place == head:
            return Changes({}, position)
        reader_class, events = _library()
        columns = self._columns()
        ids: dict[str, set[str]] = defaultdict(set)
        reader = reader_class(
            connection_settings=dict(self._login),
            server_id=self._number,
            resume_stream=True,
            blocking=False,
            log_file=place.file,
            log_pos=place.at,
            only_events=list(events),
            only_schemas=[self._database],
            only_tables=list(columns),
        )
        try:
            number, open_rows = 0, False
            for event in reader:
                kind = type(event).__name__
                if kind.endswith("RowsEvent"):
                    self._take(event, columns, ids)
                    number, open_rows = number + len(event.rows), True
                elif kind == "XidEvent" or not open_rows or getattr(event, "query", "") == "COMMIT":
                    place, open_rows = Place(reader.log_file, reader.log_pos), False
                    if number >= most:
                        return Changes(ids, _text(place), more=True)
        except pymysql.err.OperationalError as error:
            if error.args[0] in _PURGED:
                return Changes({}, self.start(), gap=True)
            raise _explained(error) from None
        finally:
            reader.close()
        # The head was behind a whole transaction, and all that stands before it was read.
        return Changes(ids, _text(head if place.is_behind(head) else place))

    def close(self) -> None:
        held, self._connection = self._connection, None
        if held is not None and held.open:
            with contextlib.suppress(pymysql.MySQLError, OSError):
                held.close()

    def _ask(self, statement: str, values: Sequence[Any] | None = None) -> Sequence[tuple[Any, ...]]:
        """Rows of a statement on the connection that stays open; one that was lost is opened again, once."""
        again = self._connection is not None
        try:
            if self._connection is None:
                seconds: dict[str, Any] = {"connect_timeout": 10, "read_timeout": 60, "write_timeout": 60}
                self._connection = pymysql.connect(**self._login, **seconds, autocommit=True)
            with self._connection.cursor() as cursor:
                cursor.execute(statement, values)
                found: Sequence[tuple[Any, ...]] = cursor.fetchall()
                return found
        except (pymysql.err.OperationalError, pymysql.err.InterfaceError, OSError) as error:
            if 0 < _number(error) < _FIRST_OF_CLIENT:
                raise _explained(error) from None
            self.close()
            if not again:
                raise _explained(error) from None
        return self._ask(statement, values)

    def _head(self) -> Place:
        for statement in _STATUS:
            try:
                found = self._ask(statement)
            except pymysql.err.ProgrammingError:  # the other spelling, of MySQL 8.4 or of everything older
                continue
            if found:
                return Place(str(found[0][0]), int(found[0][1]))
        raise ConfigError(FEED_UNFIT, "The server writes no binary log (log_bin).")

    def _columns(self) -> dict[str, tuple[str, int]]:
        """Table -> the stream that its rows belong to and the place of the record's id in them.

        Asked for each reading: the place moves when somebody adds a column before it.
        """
        found = self._ask(
            "SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION FROM information_schema.COLUMNS WHERE TABLE_SCHEMA=%s"
            f" AND TABLE_NAME IN ({', '.join(['%s'] * len(self._tables))})",
            (self._database, *self._tables),
        )
        known = {(str(table), str(column)): int(place) - 1 for table, column, place in found}
        return {
            table: (fed.stream, known[table, fed.column])
            for table, fed in self._tables.items()
            if (table, fed.column) in known
        }

    @staticmethod
    def _take(event: Any, columns: Mapping[str, tuple[str, int]], ids: dict[str, set[str]]) -> None:
        stream, place = columns[event.table]
        for row in event.rows:
            for part in ("values", "before_values", "after_values"):
                values = list(row[part].values()) if part in row else []
                if len(values) > place and values[place] is not None:
                    ids[stream].add(str(values[place]))


def _library() -> tuple[Any, tuple[Any, ...]]:
    try:
        from pymysqlreplication import BinLogStreamReader  # noqa: PLC0415 - an optional extra
        from pymysqlreplication.event import QueryEvent, RotateEvent, XidEvent  # noqa: PLC0415
        from pymysqlreplication.row_event import (  # noqa: PLC0415
            DeleteRowsEvent,
            UpdateRowsEvent,
            WriteRowsEvent,
        )
    except ImportError:
        raise ConfigError(FEED_ABSENT) from None
    # It warns at each start that column names are not in the log, which we do not need.
    logging.getLogger("pymysqlreplication").setLevel(logging.ERROR)
    return BinLogStreamReader, (WriteRowsEvent, UpdateRowsEvent, DeleteRowsEvent, XidEvent, QueryEvent, RotateEvent)


def _explained(error: Exception) -> ConfigError | RetryableError | FatalError:
    number, text = _number(error), str(error.args[-1]) if error.args else type(error).__name__
    if number in _DENIED:
        return ConfigError(CREDENTIALS_REFUSED, text)
    if number in _RIGHT:
        return ConfigError(RIGHT_MISSING, f"{text} The change feed needs REPLICATION SLAVE.")
    if not 0 < number < _FIRST_OF_CLIENT:
        return RetryableError(SHOP_UNREACHABLE, text)
    return FatalError(QUERY_REFUSED, text)


def _number(error: Exception) -> int:
    return error.args[0] if error.args and isinstance(error.args[0], int) else 0


def _text(place: Place) -> str:
    return msgspec.json.encode(place).decode()
