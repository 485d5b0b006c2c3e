"""What became of an import, record by record: one function for contacts, one for insight, one transaction each.

A record is accepted only when the report says so. What the report names neither way is sent again, three times at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import orjson

from dotbridge.commerce.email import email_key
from dotbridge.dotdigital.client import Dotdigital
from dotbridge.dotdigital.errors import recovery
from dotbridge.dotdigital.import_reports import ContactFault, ContactImport, InsightImport, refusal_of
from dotbridge.errors import Code, DotbridgeError, RecordError, RetryableError
from dotbridge.importer.codes import (
    CONTACT_OTHER,
    CONTACT_REASONS,
    IMPORT_LATE,
    INSIGHT_OTHER,
    INSIGHT_REASONS,
)
from dotbridge.importer.refuse import max_age, park_batch, refuse_batch
from dotbridge.ledger import bodies, clock, consent, hot, people
from dotbridge.ledger.codes import IMPORT_SHORT
from dotbridge.ledger.consent import Told
from dotbridge.ledger.consent_feed import want_statuses
from dotbridge.ledger.hot import Refusal
from dotbridge.ledger.models import DotdigitalAccount, EmailImporter
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.states import BatchState, State, WaitsFor
from dotbridge.ledger.transaction import writing
from dotbridge.observe.boundary import reach

ATTEMPTS = 3
#: Looks at a late import in the time after which it was given up: every five minutes of an hour.
_LATE_LOOKS = 12


def settle(batch: EmailImporter, client: Dotdigital) -> Literal["", "settled", "given_back"]:
    """Asks for the import and settles it if it has ended; "" while it runs or cannot be asked for.

    An import that runs far too long gives its records back. Raises ConfigError when a person must help first.
    """
    part = client.contact_imports if batch.kind == "contacts" else client.insight_imports
    try:
        report = part.read(batch.import_id)
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
        _settle_contacts(batch, report)
    else:
        _settle_insight(batch, report)
    return "settled"


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
    wait = min(max(poll, running / 4), 30.0, max(poll, 0.2) * 6)
    if batch.state == BatchState.EXPIRED:
        wait = max_age() / _LATE_LOOKS
    if isinstance(error, RetryableError):
        wait = max(wait, error.retry_after or 1.0)
    hot.move_batch(batch.pk, [batch.state], batch.state, due_at=now + wait)
    return ""


def _ended_late(batch: EmailImporter) -> Literal["settled"]:
    """An import given up as late has ended: it may have put older values back, so its records are sent once more."""
    try:
        keys = [key for key, _ in bodies.frames(bodies.load(batch.body, batch.body_sha256))]
    except RetryableError:
        keys = []
    with writing():
        if hot.move_batch(batch.pk, [BatchState.EXPIRED], BatchState.SETTLED, settled_at=clock.now(), import_id=""):
            hot.resend(batch.record_table, batch.account_id, batch.collection, keys)
    return "settled"


def _settle_contacts(batch: EmailImporter, report: ContactImport) -> None:
    rows = {
        key: (str(row_id), attempts)
        for row_id, key, attempts in hot.rows(
            "SELECT id, email_key, attempts FROM email_contact WHERE batch = %s AND batch_version = version",
            (batch.pk,),
        )
    }
    learnt, refused, warned = [], [], []
    unnamed: list[int] = []
    named: set[str] = set()
    for taken in report.taken:
        key = _key(taken.email)
        learnt.append((taken.contact_id, key))
        named.add(key)
    for fault in report.faults:
        key = _key(fault.value)
        named.add(key)
        if key not in rows:
            continue
        if fault.partial:
            warned.append((orjson.dumps([[_reason(fault).id, "", fault.detail]]).decode(), rows[key][0]))
        else:
            refused.append(_contact_refusal(fault, rows[key][0]))
    counted = report.counters.created + report.counters.updated
    if report.taken or not counted:
        silent = [row for key, row in rows.items() if key not in named]
        refused += [_unnamed(*row) for row in silent]
        unnamed = [int(row_id) for row_id, _ in silent]
    with writing():
        if not _ended(batch, len(rows) - len(refused), len(refused)):
            return
        hot.lock_batch(batch.record_table, batch.pk)
        people.learn_contact_ids(batch.account_id, learnt)
        hot.settle_refused(batch.record_table, batch.pk, refused)
        hot.settle_warned(batch.record_table, batch.pk, warned)
        people.mark_dirty(unnamed)
        reach("mid-settle")
        woken = [row[0] for row in hot.rows("SELECT id FROM email_contact WHERE batch = %s", (batch.pk,))]
        hot.settle_rest(batch.record_table, batch.pk)
        people.wake_records(woken)
        _learn_suppressed(batch.account_id, report.faults)
        want_statuses(batch.account_id)
        if batch.canary:
            hot.execute(
                "UPDATE dotdigital_account SET canary = %s WHERE id = %s",
                (DotdigitalAccount.Canary.PASSED, batch.account_id),
            )


def _learn_suppressed(account_id: int, faults: Sequence[ContactFault]) -> None:
    """Whom Dotdigital did not take for being closed there: the shops hear of it as of any other suppression."""
    reasons = {_key(fault.value): fault.reason for fault in faults if fault.suppressed and not fault.partial}
    held = consent.held(account_id, list(reasons))
    told = [(Told(key, reasons[key], ""), person) for key, person in held.items()]
    consent.learn(account_id, told, 0.0, source="import")


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
        refused += [_unnamed(key, tries) for key, tries in attempts.items() if key not in named]
    with writing():
        if not _ended(batch, batch.records - len(refused), len(refused)):
            return
        people.forget_contacts(batch.record_table, batch.pk, strangers)
        hot.lock_batch(batch.record_table, batch.pk)
        hot.settle_refused(batch.record_table, batch.pk, refused)
        reach("mid-settle")
        hot.settle_rest(batch.record_table, batch.pk)


def _ended(batch: EmailImporter, accepted: int, rejected: int) -> bool:
    """Settles the batch itself; False when another worker settled it first."""
    return hot.move_batch(
        batch.pk,
        [BatchState.SUBMITTED],
        BatchState.SETTLED,
        settled_at=clock.now(),
        accepted=max(0, accepted),
        rejected=rejected,
        code="",
        detail="",
    )


def _contact_refusal(fault: ContactFault, row_id: str) -> Refusal:
    code = _reason(fault)
    state = State.SUPPRESSED if fault.suppressed else State.REJECTED
    return Refusal(state, "", code.id, " ".join(filter(None, [code.what, fault.detail, code.todo])), row_id)


def _reason(fault: ContactFault) -> Code:
    return CONTACT_REASONS.get(fault.reason, CONTACT_OTHER)


def _unnamed(key: str, attempts: int) -> Refusal:
    if attempts + 1 < ATTEMPTS:
        return Refusal(State.PENDING, WaitsFor.READ, "", "", key)
    return Refusal(State.REJECTED, "", IMPORT_SHORT.id, f"{IMPORT_SHORT.what} {IMPORT_SHORT.todo}", key)


def _key(email: str) -> str:
    try:
        return email_key(email)
    except RecordError:
        return email.strip().lower()


def submitted(account_id: int) -> Sequence[EmailImporter]:
    """Imports of the account to ask for now, oldest first."""
    return list(
        EmailImporter.objects.filter(account_id=account_id, due_at__lte=clock.now())
        .filter(state__in=[BatchState.SUBMITTED, BatchState.EXPIRED])
        .exclude(import_id="")
        .order_by("submitted_at")[:100]
    )
