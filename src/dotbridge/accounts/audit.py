"""Writing of the audit log."""

from __future__ import annotations

import time
from typing import Any

from dotbridge.accounts.models import AuditEvent


def record(actor: str, action: str, subject: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Notes a change: who, what, of what, from which value to which. Secrets must be hidden by the caller."""
    AuditEvent.objects.create(at=time.time(), actor=actor, action=action, subject=subject, before=before, after=after)
