"""What became of an import, record by record: one function for contacts, one for insight, one transaction each.

A record is accepted only when the report says so. What the report names neither way is sent again, three times at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dotbridge.dotdigital.client import Dotdigital
from dotbridge.dotdigital.errors import recovery
from dotbridge.dotdigital.import_reports import ContactImport, InsightImport, refusal_of
from dotbridge.errors import DotbridgeError, RetryableError
from dotbridge.importer import contact_file
from dotbridge.importer.closed import closed_meanwhile, opened_anew
from dotbridge.importer.codes import (
    IMPORT_LATE,
    INSIGHT_OTHER,
    INSIGHT_REASONS,
)
from dotbridge.importer.ended import ended
from dotbridge.importer.refuse import max_age, park_batch, refuse_batch
from dotbridge.importer.settle_contacts import settle_contacts
from dotbridge.importer.unnamed import ATTEMPTS, unnamed
from dotbridge.ledger import bodies, clock, hot, people
from dotbridge.ledger.codes import BODY_LOST
from dotbridge.ledger.hot import Refusal
from dotbridge.ledger.models import EmailImporter
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.states import BatchState, State, Transport, WaitsFor
from dotbridge.ledger.transaction import writing
from dotbridge.observe.boundary import reach

#: Looks at a late import in the time after which it was given up: every five minutes of an hour.
_LATE_LOOKS = 12


def settle(batch: EmailImporter, client: Dotdigital) -> Literal["", "settled", "given_back"]:
    """Asks for the import and settles it if it has ended; "" while it runs or cannot be asked for.

    An import that runs far too long gives its records back. Raises ConfigError when a person must help first, and
    RetryableError while the place of the bodies is away, if its body is needed.
    """
    try:
        report = _read(batch, client)
        sent = isinstance(report, ContactImport) and report.state == "finished"
        closed = closed_meanwhile(batch, client) if sent else []
        opened = opened_anew(batch, report, client) if isinstance(report, ContactImport) and sent else []
    except DotbridgeError as error:
        return _not_told(batch, error)
    if report.state == "running":
        return _wait(batch)
    reach("mid-report")
    if batch.state == BatchState.EXPIRED:
        return _ended_late(batch)
    refused = refusal_of(report.state)
    if refused is not None:
        refuse_batch(batch, refused)
    elif isinstance(report, ContactImport):
        settle_contacts(batch, report, closed, opened)
    else:
        _settle_insight(batch, report)
    return "settled"


def _read(batch: EmailImporter, client: Dotdigital) -> ContactImport | InsightImport:
    if batch.kind != "contacts":
        return client.insight_imports.read(batch.import_id)
    if batch.transport == Transport.V2:
        return contact_file.read(batch, client)
    return client.contact_imports.read(batch.import_id)


def _not_told(batch: EmailImporter, error: DotbridgeError) -> Literal["", "settled", "given_back"]:
    """The import could not be asked for. It may be running all the same, so its batch is not sent a second time."""
    match recovery(error):
        case "config":
            raise error
        case "retry":
            return _wait(batch, error)
        case "unknown" if batch.state == BatchState.EXPIRED:
            return _ended_late(batch)
        case "unknown":
            refuse_batch(batch, error)
        case _ if batch.state == BatchState.EXPIRED:
            return _wait(batch, error)
        case _:
            park_batch(batch, error)
    return "settled"


def _wait(batch: EmailImporter, error: DotbridgeError | None = None) -> Literal["", "given_back"]:
    """Looks again later; an import that runs far too long gives its records back, and is still watched."""
    now = clock.now()
    running = now - (batch.submitted_at or now)
    if batch.state == BatchState.SUBMITTED and running > max_age():
        late = {"code": IMPORT_LATE.id, "detail": IMPORT_LATE.what, "due_at": now + max_age() / _LATE_LOOKS}
        with writing():
            if hot.move_batch(batch.pk, [BatchState.SUBMITTED], BatchState.EXPIRED, **late):
                hot.release(batch.record_table, batch.pk, perhaps_taken=True)
        return "given_back"
    poll = float(resolve()["importer.poll_seconds"])
    # Most are done within seconds: soon at first, then less and less often.
    wait = min(max(min(poll, max(1.0, running / 2)), running / 4), 30.0, max(poll, 0.2) * 6)
    if batch.state == BatchState.EXPIRED:
        wait = max_age() / _LATE_LOOKS
    if isinstance(error, RetryableError):
        wait = max(wait, error.retry_after or 1.0)
    told: dict[str, object] = {}
    if batch.state == BatchState.SUBMITTED:
        # Why nothing is known yet; one that has run too long keeps saying so.
        told = {"code": error.code.id if error else "", "detail": str(error or "")}
    hot.move_batch(batch.pk, [batch.state], batch.state, due_at=now + wait, **told)
    return ""


def _ended_late(batch: EmailImporter) -> Literal["settled"]:
    """An import given up as late has ended: it may have put older values back, so its records are sent once more."""
    try:
        keys = [key for key, _ in bodies.frames(bodies.load(batch.body, batch.body_sha256))]
    except RetryableError as error:
        # One that is only away is asked for again; of one that is gone nobody can say who was in it.
        if error.code is not BODY_LOST:
            raise
        keys = []
    with writing():
        if hot.move_batch(batch.pk, [BatchState.EXPIRED], BatchState.SETTLED, settled_at=clock.now(), import_id=""):
            hot.resend(batch.record_table, batch.account_id, batch.collection, keys)
    return "settled"


def _settle_insight(batch: EmailImporter, report: InsightImport) -> None:
    short = bool(report.total) and report.imported + len(report.faults) < report.total
    attempts: dict[str, int] = {}
    if report.faults or short:
        attempts = dict(hot.rows(f"SELECT key, attempts FROM {batch.record_table} WHERE batch = %s", (batch.pk,)))
    refused, strangers = [], []
    for fault in report.faults:
        if fault.contact_missing and attempts.get(fault.key, 0) + 1 < ATTEMPTS:
            strangers.append(fault.key)
            refused.append(Refusal(State.PENDING, WaitsFor.CONTACT, "", "", fault.key))
        else:
            code = INSIGHT_REASONS.get(fault.reason, INSIGHT_OTHER)
            detail = " ".join([code.what, *fault.details, f"({fault.reason})", code.todo])
            refused.append(Refusal(State.REJECTED, "", code.id, detail, fault.key))
    if short:
        named = {fault.key for fault in report.faults}
        refused += [unnamed(key, tries) for key, tries in attempts.items() if key not in named]
    with writing():
        if not ended(batch, batch.records - len(refused), len(refused)):
            return
        people.forget_contacts(batch.record_table, batch.pk, strangers)
        hot.lock_batch(batch.record_table, batch.pk)
        hot.settle_refused(batch.record_table, batch.pk, refused)
        reach("mid-settle")
        hot.settle_rest(batch.record_table, batch.pk)


def submitted(account_id: int) -> Sequence[EmailImporter]:
    """Imports of the account to ask for now, oldest first."""
    return list(
        EmailImporter.objects.filter(account_id=account_id, due_at__lte=clock.now())
        .filter(state__in=[BatchState.SUBMITTED, BatchState.EXPIRED])
        .exclude(import_id="")
        .order_by("submitted_at")[:100]
    )
