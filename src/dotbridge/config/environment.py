"""Values from the environment, with a clear error where one makes no sense."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from platformdirs import user_data_path

from dotbridge.config.codes import ENVIRONMENT_INVALID
from dotbridge.errors import ConfigError


class Variable(NamedTuple):
    """One variable: what holds without it, and what it does. ``file``: ``<name>_FILE`` may name a file instead."""

    default: str
    help: str
    file: bool = True


#: Every variable that dotbridge reads. A test searches the source for others.
VARIABLES = {
    "DOTBRIDGE_DATA": Variable(
        "the user's data folder", "Folder of the database, the batch bodies and the keys; made if it is not there."
    ),
    "DOTBRIDGE_DATABASE": Variable(
        "SQLite in the data folder", "Database as a URL: `sqlite:///path` or `postgresql://user:password@host/name`."
    ),
    "DOTBRIDGE_BROKER": Variable(
        "none: all in one process",
        "RabbitMQ as a URL, `amqp://user:password@host/vhost`, for workers in processes and on hosts of their own.",
    ),
    "DOTBRIDGE_BODIES": Variable(
        "`bodies` in the data folder",
        "Where the encrypted batch bodies lie: a folder, or `s3://bucket/prefix` (with `?endpoint_url=…` for a service"
        " that is not AWS; credentials as every AWS client finds them).",
    ),
    "DOTBRIDGE_METRICS_TOKEN": Variable(
        "none: `/metrics` answers to this host alone", "What Prometheus must show as `Authorization: Bearer …`."
    ),
    "DOTBRIDGE_KEY_FILE": Variable(
        "`keys` in the data folder", "File of the keys that seal passwords and batch bodies. Back it up."
    ),
    "DOTBRIDGE_SECRET_KEY": Variable(
        "made and kept in the data folder", "Signs sessions, and hashes e-mail addresses in logs."
    ),
    "DOTBRIDGE_HOSTS": Variable("`127.0.0.1 localhost [::1]`", "Names under which the console answers."),
    "DOTBRIDGE_TLS": Variable("`0`", "Whether the console is reached by HTTPS only; cookies are then sent so alone."),
    "DOTBRIDGE_ACTOR": Variable(
        "the system user", "Who is at the command line, as the audit log names them.", file=False
    ),
    "DOTBRIDGE_KILL_AT": Variable(
        "nowhere", "For tests of crash safety: the boundary at which the process kills itself.", file=False
    ),
}


#: How a worker meets PostgreSQL; a parameter of the URL's query (``?sslmode=verify-full``) stands beside or above these.
#: A worker that dies or hangs in a transaction must not keep others waiting for its rows.
_POSTGRESQL = {
    "application_name": "dotbridge",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "isolation_level": 2,  # READ COMMITTED, see ledger.transaction
    # Statements are short and come again and again: translating one to machine code takes longer than running it.
    "options": "-c lock_timeout=30s -c idle_in_transaction_session_timeout=60s -c client_min_messages=warning -c jit=off",
}


def text(name: str, default: str) -> str:
    """The variable, or what the file named by ``<name>_FILE`` holds, or the default."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise ConfigError(ENVIRONMENT_INVALID, f"{name}_FILE names {path}: {error.strerror}.") from None
    return os.environ.get(name, default)


def words(name: str, default: str) -> list[str]:
    """The words of the variable, split at white space and commas."""
    return text(name, default).replace(",", " ").split()


def boolean(name: str, *, default: bool) -> bool:
    """Whether the variable says yes (1, true, yes, on) or no (0, false, no, off)."""
    value = text(name, "1" if default else "0").lower()
    if value not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise ConfigError(ENVIRONMENT_INVALID, f"{name} is {value!r}, which is neither yes nor no.")
    return value in {"1", "true", "yes", "on"}


def folder(name: str) -> Path:
    """The data folder, made private to its owner where it does not exist yet."""
    path = Path(text(name, "") or user_data_path("dotbridge"))
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(ENVIRONMENT_INVALID, f"{name} names {path}: {error.strerror}.") from None
    return path


def secret_key(data: Path) -> str:
    """Django's signing key, from the environment or kept in the data folder; losing it only logs everyone out."""
    value = text("DOTBRIDGE_SECRET_KEY", "")
    if value:
        return value
    path = data / "session-key"
    try:
        # Two processes may start at once: the one that creates the file wins, the other reads it.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    except OSError as error:
        raise ConfigError(ENVIRONMENT_INVALID, f"DOTBRIDGE_DATA names {data}: {error.strerror}.") from None
    value = secrets.token_urlsafe(48)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(value)
    except OSError as error:
        path.unlink()  # else the next start would find an empty key
        raise ConfigError(ENVIRONMENT_INVALID, f"DOTBRIDGE_DATA names {data}: {error.strerror}.") from None
    return value


def bodies(name: str, data: Path) -> dict[str, Any]:
    """Django's storage for batch bodies: a folder, or an S3-compatible bucket."""
    place = text(name, str(data / "bodies"))
    parts = urlsplit(place)
    if parts.scheme == "s3":
        options = {"bucket_name": parts.netloc, "location": parts.path.strip("/"), **dict(parse_qsl(parts.query))}
        if not parts.netloc:
            raise ConfigError(ENVIRONMENT_INVALID, f"{name} is {place!r}: it names no bucket.")
        return {"BACKEND": "dotbridge.ledger.buckets.Bucket", "OPTIONS": {**options, "file_overwrite": True}}
    if "://" in place:
        raise ConfigError(ENVIRONMENT_INVALID, f"{name} begins with {parts.scheme}://; use a folder or s3://.")
    return {"BACKEND": "dotbridge.ledger.bodies.DurableFolder", "OPTIONS": {"location": place}}


def database(name: str, data: Path) -> dict[str, Any]:
    """Django's database as the variable names it: nothing (SQLite in the data folder) or a URL."""
    return database_of(text(name, ""), data, name)


def database_of(url: str, data: Path, name: str = "The URL") -> dict[str, Any]:
    """Django's database from a URL: "" (SQLite in the data folder), ``sqlite:///path`` or ``postgresql://…``."""
    parts = urlsplit(url)
    if not url or parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path or str(data / "dotbridge.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # Pages of 8 KB, where the file is new: fewer of them to find, to write and to check for each commit.
                "init_command": "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                # What a statement of many rows must be able to undo is kept in memory, not in a file of its own.
                " PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY",
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {**_POSTGRESQL, **dict(parse_qsl(parts.query))},
        }
    raise ConfigError(ENVIRONMENT_INVALID, f"{name} begins with {parts.scheme}://; use sqlite:/// or postgresql://.")
