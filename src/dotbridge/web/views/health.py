"""For machines: is the process alive, may it be sent work, and how is everything going.

The first two answer to anybody and tell no secret; the metrics are for who holds the token, or sits on this host.
"""

from __future__ import annotations

import hmac
import os

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from dotbridge.errors import DotbridgeError, RetryableError
from dotbridge.ledger import bodies
from dotbridge.ledger.keys import keyring
from dotbridge.observe.logging import get_logger
from dotbridge.web.metrics import exposition

_log = get_logger(__name__)

#: Seconds that the broker has to answer; who asks whether we are ready does not wait long either.
_BROKER_PATIENCE = 3


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when database, migrations and key file are as they must be, and the broker where one is named answers.

    Else 503 naming what is not. Without the broker or the place of bodies the console works, but what people start there
    waits.
    """
    checks = {"database": _database(), "migrations": False, "keys": _keys(), "bodies": _bodies()}
    checks["migrations"] = checks["database"] and _migrations()
    if settings.BROKER:
        checks["broker"] = _broker()
    ready = all(checks.values())
    return JsonResponse({"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format, for ``Authorization: Bearer <DOTBRIDGE_METRICS_TOKEN>``; without a token set, for loopback."""
    if not _may_read(request):
        return HttpResponse("Not for you.\n", status=403, content_type="text/plain")
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode())
    # A proxy on this host speaks for somebody else.
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and not forwarded


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker() -> bool:
    try:
        with import_string(settings.ENGINE).connection_for_read() as broker:
            broker.ensure_connection(max_retries=1, timeout=_BROKER_PATIENCE, errback=None)
    except Exception as error:  # noqa: BLE001 - kombu raises what its transport raises, and words of its own
        _log.warning("broker.away", why=type(error).__name__)
        return False
    return True


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _bodies() -> bool:
    try:
        bodies.reach()
    except RetryableError as error:
        _log.warning("bodies.away", why=error.why)
        return False
    return True


def _keys() -> bool:
    try:
        keyring()
    except DotbridgeError:
        return False
    return os.access(settings.KEY_FILE, os.R_OK)
