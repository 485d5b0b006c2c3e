"""Brings the installation up: Django, logging, the schema, the key file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, ProgrammingError, connection, transaction
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from dotbridge.errors import ConfigError
from dotbridge.observe.logging import configure
from dotbridge.observe.private import set_hash_key
from dotbridge.setup.codes import DATABASE_AWAY, DATABASE_NEWER, DATABASE_RIGHTS, MOVE_UNFINISHED

#: Number of the advisory lock under which one process at a time migrates: "migrates" in ASCII, as a positive bigint.
_LOCK = int.from_bytes(b"migrates", "big") >> 1
#: The table that stands in a database while an installation is moved into it.
MOVING = "dotbridge_move"
_RIGHTS = {"42501", "3F000"}


def start(*, json_logs: bool = False, level: str = "warning", migrate: bool = True) -> None:
    """Makes the ledger usable: migrated, with a key file. Safe to call twice and from several processes and hosts.

    Raises ConfigError when the database is not to be had, lets us make no tables, or belongs to a newer version; and
    when the key file is missing although something sealed is there.
    """
    configure(json=json_logs, level=level)
    if not apps.ready:
        django.setup()
    from django.conf import settings

    set_hash_key(settings.SECRET_KEY.encode())
    try:
        with _alone():
            if migrate:
                _migrate()
            _keys()
    except (OperationalError, ProgrammingError, MigrationSchemaMissing) as error:
        raise _explained(error) from error


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time, also where several hosts start at once; SQLite's own lock does the same for one host."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def _migrate() -> None:
    """Django's own command takes its time also where nothing is to be done, and each command of ours begins here."""
    executor = MigrationExecutor(connection)
    _assert_not_newer(executor.loader)
    _assert_whole()
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        with _at_once():
            call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _at_once() -> Iterator[None]:
    """On SQLite all migrations or none: Django notes one after it was committed, and a disk that is full in between would
    leave tables that the next start makes again. PostgreSQL commits each by itself."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.disable_constraint_checking()  # possible outside of a transaction alone
    try:
        with transaction.atomic():
            yield
    finally:
        connection.enable_constraint_checking()


def _assert_not_newer(loader: MigrationLoader) -> None:
    """An older version does not know what a newer one has made of the tables."""
    ours = {app for app, _ in loader.disk_migrations}
    unknown = [f"{app}.{name}" for app, name in loader.applied_migrations if app in ours]
    unknown = [name for name in unknown if tuple(name.split(".", 1)) not in loader.disk_migrations]
    if unknown:
        raise ConfigError(DATABASE_NEWER, f"It has {', '.join(sorted(unknown))}.")


def _assert_whole() -> None:
    if MOVING in connection.introspection.table_names():
        raise ConfigError(MOVE_UNFINISHED)


def _explained(error: DatabaseError) -> ConfigError:
    root: BaseException = error
    while (behind := root.__cause__ or root.__context__) is not None:
        root = behind
    state = getattr(root, "sqlstate", None)
    words = " ".join(str(root).split())[:200].rstrip(".")
    code = DATABASE_RIGHTS if state in _RIGHTS else DATABASE_AWAY
    return ConfigError(code, f"{words}.")


def _keys() -> None:
    from dotbridge.ledger.keys import create_keyring, keyring
    from dotbridge.ledger.models import DotdigitalAccount

    if not DotdigitalAccount.objects.exists():
        create_keyring()
    keyring()
