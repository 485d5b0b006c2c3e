"""Slows guessing down: five failed logins in a quarter of an hour for one name from one address.

An attempt takes its place before the password is looked at, so that many at once gain nothing over one after another.
The attempts stand in the audit log, which all processes share. What was typed as the name is kept as a keyed hash only:
people type their password there by mistake.
"""

from __future__ import annotations

import time

from django.utils.crypto import salted_hmac

from dotbridge.accounts.audit import note
from dotbridge.accounts.models import AuditEvent
from dotbridge.ledger.transaction import writing

FAILURES = 5
WINDOW = 15 * 60.0

TRIED = "login.tried"
SUCCEEDED = "login.succeeded"


def admit(name: str, address: str) -> bool:
    """Takes one place for an attempt; False while the name has none left from this address."""
    subject = _subject(name, address)
    with writing():
        recent = AuditEvent.objects.filter(at__gt=time.time() - WINDOW, subject=subject)
        entered = recent.filter(action=SUCCEEDED).order_by("-id").values_list("id", flat=True).first() or 0
        if recent.filter(action=TRIED, id__gt=entered).count() >= FAILURES:
            return False
        note("", TRIED, subject, after={"address": address})
    return True


def forgive(name: str, address: str) -> None:
    """A login succeeded: the failures before it count no more."""
    note(name, SUCCEEDED, _subject(name, address), after={"address": address})


def _subject(name: str, address: str) -> str:
    digest = salted_hmac("dotbridge.login", f"{name.strip().casefold()}\n{address}", algorithm="sha256").hexdigest()
    return f"login {digest[:24]}"
