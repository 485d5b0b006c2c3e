"""Writes down who did what. Call it inside the transaction of the change, so that neither exists without the other."""

from __future__ import annotations

import time
from typing import Any

from dotbridge.accounts.models import AuditEvent


def note(
    actor: str, action: str, subject: str, *, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> None:
    """One line of the audit log. Secrets and addresses of people have no place in any of its columns."""
    AuditEvent.objects.create(
        at=time.time(), actor=actor, action=action, subject=subject, before=before or {}, after=after or {}
    )
