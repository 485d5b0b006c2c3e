"""The binary log of a shop's MariaDB or MySQL as a feed of ids: rows that were written, by the record they belong to.

Plain mode of mysql-replication, an optional extra: its MariaDB mode loops on a file position (stack study §4). Column
names are not in the log by default, so that keys are found by their place in the table. A position is only ever one
behind a whole transaction, so that a reader killed at any moment goes on exactly there.
"""

from __future__ import annotations

import logging
import zlib
from collections import defaultdict
from collections.abc import Mapping
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
from dotbridge.sources.mysql import Shop

_PURGED = {1236, 1373}
_DENIED = {1045, 1698}
_RIGHT = {1142, 1227}
_STATUS = ("SHOW MASTER STATUS", "SHOW BINARY LOG STATUS")
_WANTED = {"binlog_format": "ROW", "binlog_row_image": "FULL"}


class Place(msgspec.Struct, frozen=True):
    """A file of the log and the byte behind a whole transaction in it."""

    file: str
    at: int


class Binlog(ChangeFeed):
    """The log as the connection's user may read it (REPLICATION SLAVE, REPLICATION CLIENT or BINLOG MONITOR)."""

    def __init__(self, settings: Mapping[str, Any], tables: Mapping[str, FedTable]) -> None:
        self._prefix = str(settings.get("table_prefix") or "")
        self._database = str(settings["database"])
        self._login = {
            "host": str(settings["host"]),
            "port": int(settings.get("port") or 3306),
            "user": str(settings["user"]),
            "passwd": str(settings.get("password") or ""),
        }
        self._tables = {self._prefix + name: fed for name, fed in tables.items()}
        # Replicas of one server must differ in number; ours is the same for the same shop, whoever reads.
        self._number = 2**31 + zlib.crc32(f"{self._login['host']} {self._database}".encode()) % 2**30

    def start(self) -> str:
        shop = self._shop()
        try:
            found: dict[str, Any] = dict(shop.query("SHOW GLOBAL VARIABLES LIKE 'binlog%%'"))
            for name, wanted in _WANTED.items():
                if str(found.get(name, "")).upper() != wanted:
                    raise ConfigError(FEED_UNFIT, f"{name} is {found.get(name)}, not {wanted}.")
            file, at = self._head(shop)
        finally:
            shop.close()
        return _text(Place(file, at))

    def read(self, position: str, most: int) -> Changes:
        reader_class, events = _library()
        place = msgspec.json.decode(position, type=Place)
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
        return Changes(ids, _text(place))

    def _shop(self) -> Shop:
        login = self._login
        return Shop(
            str(login["host"]), int(str(login["port"])), str(login["user"]), str(login["passwd"]), self._database
        )

    @staticmethod
    def _head(shop: Shop) -> tuple[str, int]:
        for statement in _STATUS:
            try:
                found = shop.query(statement)
            except FatalError:  # the other spelling, of MySQL 8.4 or of everything older
                continue
            if found:
                return str(found[0][0]), int(found[0][1])
        raise ConfigError(FEED_UNFIT, "The server writes no binary log (log_bin).")

    def _columns(self) -> dict[str, tuple[str, int]]:
        """Table -> the stream that its rows belong to and the place of the record's id in them."""
        shop = self._shop()
        try:
            found = shop.query(
                "SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION FROM information_schema.COLUMNS WHERE TABLE_SCHEMA=%s",
                (self._database,),
            )
        finally:
            shop.close()
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


def _explained(error: pymysql.err.OperationalError) -> ConfigError | RetryableError | FatalError:
    number, text = error.args[0], str(error.args[-1])
    if number in _DENIED:
        return ConfigError(CREDENTIALS_REFUSED, text)
    if number in _RIGHT:
        return ConfigError(RIGHT_MISSING, f"{text} The change feed needs REPLICATION SLAVE.")
    if number >= 2000:
        return RetryableError(SHOP_UNREACHABLE, text)
    return FatalError(QUERY_REFUSED, text)


def _text(place: Place) -> str:
    return msgspec.json.encode(place).decode()
