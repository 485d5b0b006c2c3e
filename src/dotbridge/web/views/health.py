"""For machines: is the process alive, and may it be sent work. Both answer to anybody and tell no secret."""

from __future__ import annotations

import os

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from dotbridge.errors import DotbridgeError
from dotbridge.ledger.keys import keyring


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when database, migrations and key file are as they must be, else 503 naming what is not."""
    checks = {"database": _database(), "migrations": False, "keys": _keys()}
    checks["migrations"] = checks["database"] and _migrations()
    ready = all(checks.values())
    return JsonResponse({"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _keys() -> bool:
    try:
        keyring()
    except DotbridgeError:
        return False
    return os.access(settings.KEY_FILE, os.R_OK)
