"""The message engine for those commands that need it, looked at before they begin."""

from __future__ import annotations

from typing import Any

from dotbridge.cli.codes import BROKER_AWAY, BROKER_UNSET, DATABASE_LOCAL, ENGINE_ABSENT
from dotbridge.errors import ConfigError


def engine() -> Any:
    """The Celery application, with a broker that answers and a database that several hosts can share.

    Raises ConfigError that says which of them is not as it must be.
    """
    from django.conf import settings
    from django.db import connection
    from django.utils.module_loading import import_string

    if connection.vendor != "postgresql":
        raise ConfigError(DATABASE_LOCAL)
    if not settings.BROKER:
        raise ConfigError(BROKER_UNSET)
    try:
        app = import_string(settings.ENGINE)
    except ImportError as error:
        raise ConfigError(ENGINE_ABSENT, f"{error}.") from None
    with app.connection_for_write() as broker:
        try:
            broker.ensure_connection(max_retries=1, timeout=5, errback=None)
        except Exception as error:  # noqa: BLE001 - kombu raises what its transport raises, and words of its own
            where = f"{broker.hostname}:{broker.port or 5672}"
            raise ConfigError(BROKER_AWAY, f"It is {where}: {type(error).__name__} {_plain(error)}.") from None
    return app


def _plain(error: Exception) -> str:
    """The error's words on one line, without the credentials of an address."""
    return " ".join(str(error).split()).rsplit("@", 1)[-1][:200].rstrip(".")
