"""Takes an installation over into a PostgreSQL database, with nothing to be sent again: every row goes along as it is.

The old one is held still meanwhile and is paused afterwards. A move that was interrupted goes on with the table at which
it stopped, and begins anew where the installation has worked in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from dotbridge.errors import ConfigError, FatalError
from dotbridge.ledger import clock
from dotbridge.ledger.models import DotdigitalAccount, Job
from dotbridge.observe.boundary import reach
from dotbridge.setup import rows
from dotbridge.setup.codes import MOVE_BUSY, MOVE_COUNTS, MOVE_TARGET_USED, MOVED_AWAY
from dotbridge.setup.start import MOVING

TARGET = "target"
Tell = Callable[[str, int], None]

#: Django's own rows that a migration makes: they are replaced by those of the installation.
_REMADE = ("auth_permission", "django_content_type")


def move(target: dict[str, object], tell: Tell) -> dict[str, int]:
    """Copies everything; gives rows by table. ``tell`` hears of each table as it is done.

    Raises ConfigError where a worker is at work or the target holds an installation already, FatalError where the
    counts of the two sides differ afterwards.
    """
    connections.settings[TARGET] = connections.configure_settings({DEFAULT_DB_ALIAS: target})[DEFAULT_DB_ALIAS]
    source, new = connections[DEFAULT_DB_ALIAS], connections[TARGET]
    try:
        call_command("migrate", database=TARGET, verbosity=0, interactive=False)
        with _held_still():
            done = _begin(new, _fingerprint(source))
            copied = {rows.table_of(model): _table(source, new, model, done, tell) for model in rows.tables()}
            _compare(source, new)
            _leave()
        # Until the last statement the new one counts as unfinished, so that never both of them may work.
        with transaction.atomic(using=TARGET):
            rows.restart_numbers(new)
            _execute(new, f"DROP TABLE {MOVING}")
        return copied
    finally:
        new.close()


@contextmanager
def _held_still() -> Iterator[None]:
    """Nobody writes to the installation while its rows are read (on SQLite: nobody can)."""
    with transaction.atomic():
        if Job.objects.filter(state=Job.State.RUNNING, lease_until__gt=clock.now()).exists():
            raise ConfigError(MOVE_BUSY)
        yield


def _fingerprint(source: BaseDatabaseWrapper) -> str:
    """Changes whenever the installation has worked."""
    parts = [f"{rows.table_of(model)} {rows.count(source, model)}" for model in rows.tables()]
    with source.cursor() as cursor:
        for statement in (
            "SELECT MAX(finished_at), SUM(due_at), MAX(lease_until) FROM job",
            "SELECT MAX(moved_at) FROM checkpoint",
            "SELECT MAX(id) FROM run",
            "SELECT MAX(settled_at), MAX(submitted_at), SUM(attempts) FROM email_importer",
            "SELECT SUM(version), SUM(dirty) FROM email_contact",
        ):
            cursor.execute(statement)
            parts.append(repr(cursor.fetchone()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _begin(new: BaseDatabaseWrapper, fingerprint: str) -> set[str]:
    """Tables that an interrupted move of this same state has copied already."""
    with transaction.atomic(using=TARGET):
        marked = MOVING in new.introspection.table_names()
        found = dict(_execute(new, f"SELECT name, fingerprint FROM {MOVING}")) if marked else {}  # noqa: S608
        if found and set(found.values()) == {fingerprint}:
            return set(found)
        used = [m for m in rows.tables() if rows.table_of(m) not in _REMADE and rows.count(new, m)]
        if used and not marked:
            raise ConfigError(MOVE_TARGET_USED, f"It has rows in {', '.join(rows.table_of(m) for m in used[:3])}.")
        if not marked:
            _execute(new, f"CREATE TABLE {MOVING} (name varchar(64) PRIMARY KEY, fingerprint varchar(64))")
        _execute(new, f"DELETE FROM {MOVING}")  # noqa: S608
        # All at once, since they name each other, and since some of them take no DELETE.
        _execute(new, f"TRUNCATE {', '.join(rows.table_of(model) for model in rows.tables())}")
        _execute(new, f"INSERT INTO {MOVING} VALUES ('begun', %s)", fingerprint)  # noqa: S608
    return set()


def _table(source: BaseDatabaseWrapper, new: BaseDatabaseWrapper, model: rows.Model, done: set[str], tell: Tell) -> int:
    name = rows.table_of(model)
    if name not in done:
        with transaction.atomic(using=TARGET):
            rows.write(new, model, rows.read(source, model))
            _execute(new, f"INSERT INTO {MOVING} SELECT %s, fingerprint FROM {MOVING} WHERE name = 'begun'", name)  # noqa: S608
    reach("table-moved")
    number = rows.count(new, model)
    tell(name, number)
    return number


def _compare(source: BaseDatabaseWrapper, new: BaseDatabaseWrapper) -> None:
    for model in rows.tables():
        ours, theirs = rows.count(source, model), rows.count(new, model)
        if ours != theirs:
            raise FatalError(MOVE_COUNTS, f"{rows.table_of(model)} has {ours} rows here and {theirs} there.")


def _leave() -> None:
    """The old installation sends nothing any more, whoever starts it."""
    Job.objects.update(paused=1, state=Job.State.PAUSED, code=MOVED_AWAY.id, detail=MOVED_AWAY.what)
    DotdigitalAccount.objects.update(state=DotdigitalAccount.State.PAUSED, paused_for=MOVED_AWAY.what)


def _execute(database: BaseDatabaseWrapper, statement: str, *values: str) -> list[tuple[str, str]]:
    with database.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []
