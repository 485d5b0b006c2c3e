"""One file with all rows and all batch bodies, and an installation made anew from it.

The key file is not in it: without that file nobody can open the passwords and bodies that are. A restored installation
reads and sends data at once, but writes to nobody until a person has looked.
"""

from __future__ import annotations

import base64
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.core.files.base import ContentFile
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from dotbridge import __version__
from dotbridge.errors import ConfigError
from dotbridge.ledger import bodies, clock
from dotbridge.ledger.models import DotdigitalAccount
from dotbridge.setup import rows
from dotbridge.setup.codes import BACKUP_UNREADABLE, RESTORE_TARGET_USED

RESTORED = "Restored from a backup: who was written to since it was made is not known here."
_REMADE = ("auth_permission", "django_content_type")
_FORM = 1


def backup(path: Path) -> dict[str, int]:
    """Writes the file, readable by its owner alone, and gives rows by table and the number of bodies.

    Works while dotbridge does: rows are those of one moment, and a body that is dropped meanwhile was settled.
    """
    written: dict[str, int] = {}
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            for model in rows.tables():
                written[rows.table_of(model)] = _write_table(target, model)
        written["bodies"] = 0
        for name in sorted(bodies.stored_names()):
            try:
                with bodies.storage().open(name, "rb") as body:
                    target.writestr(f"bodies/{name}", body.read(), zipfile.ZIP_STORED)
            except FileNotFoundError:
                continue
            written["bodies"] += 1
        about = {"form": _FORM, "version": __version__, "migrations": _migrations(), "made_at": time.time(), **written}
        target.writestr("about.json", orjson.dumps(about))
    part.replace(path)
    return written


def restore(path: Path) -> dict[str, int]:
    """Fills an empty installation from the file; engagement of every account is paused until a person resumes it.

    Raises ConfigError where the file is none of ours or of another version's tables, or the installation has rows.
    """
    try:
        with zipfile.ZipFile(path) as source:
            about = orjson.loads(source.read("about.json"))
            if about["form"] != _FORM or about["migrations"] != _migrations():
                raise ConfigError(BACKUP_UNREADABLE, f"{path} was made by version {about['version']}.")
            return _fill(source)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ConfigError(BACKUP_UNREADABLE, f"{path}: {type(error).__name__} {error}.") from None


def _fill(source: zipfile.ZipFile) -> dict[str, int]:
    new, restored = connections[DEFAULT_DB_ALIAS], {}
    with transaction.atomic():
        used = [m for m in rows.tables() if rows.table_of(m) not in _REMADE and rows.count(new, m)]
        if used:
            raise ConfigError(RESTORE_TARGET_USED, f"It has rows in {', '.join(rows.table_of(m) for m in used[:3])}.")
        for name in _REMADE:
            with new.cursor() as cursor:
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608 - one of two names of ours
        for model in rows.tables():
            restored[rows.table_of(model)] = rows.write(new, model, _read_table(source, model))
        rows.restart_numbers(new)
        DotdigitalAccount.objects.update(engagement=DotdigitalAccount.Engagement.PAUSED, engagement_paused_for=RESTORED)
        with new.cursor() as cursor:  # whoever was at work when it was made is not at work here
            cursor.execute(
                "UPDATE job SET token = '', lease_until = 0, state = CASE WHEN paused = 1 THEN 'paused' ELSE 'idle' END"
            )
            cursor.execute(
                "UPDATE email_importer SET lease_until = %s, token = '' WHERE state = 'submitting'", [clock.now()]
            )
    held = bodies.stored_names()
    names = [name for name in source.namelist() if name.startswith("bodies/")]
    for name in names:
        if name.removeprefix("bodies/") not in held:
            bodies.storage().save(name.removeprefix("bodies/"), ContentFile(source.read(name)))
    return {**restored, "bodies": len(names)}


def _write_table(target: zipfile.ZipFile, model: rows.Model) -> int:
    number = 0
    with target.open(f"tables/{rows.table_of(model)}", "w", force_zip64=True) as file:
        for page in rows.read(connection, model):
            file.writelines([orjson.dumps(row, default=_sealed) + b"\n" for row in page])
            number += len(page)
    return number


def _read_table(source: zipfile.ZipFile, model: rows.Model) -> Iterator[list[rows.Row]]:
    page: list[rows.Row] = []
    with source.open(f"tables/{rows.table_of(model)}") as file:
        for line in file:
            page.append(tuple([_opened(value) for value in orjson.loads(line)]))
            if len(page) == rows.PAGE:
                yield page
                page = []
    if page:
        yield page


def _sealed(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    return str(value)


def _opened(value: Any) -> Any:
    return base64.b64decode(value["bytes"]) if isinstance(value, dict) else value


def _migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in {"ledger", "accounts"})
