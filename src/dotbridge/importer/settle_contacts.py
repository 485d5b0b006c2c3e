"""What became of the people of an import, whichever transport carried it: one function, one transaction.

In both a person may stand among the taken and among the failures. A report over v3 names everybody; one over v2 names the
refused and counts the others, so that where its figures do not add up, whoever is left goes once more as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import orjson

from dotbridge.dotdigital.import_reports import ContactFault, ContactImport
from dotbridge.errors import Code, RetryableError
from dotbridge.importer.aside import Aside, hang_up, set_aside
from dotbridge.importer.canary import came_back
from dotbridge.importer.codes import CONTACT_OTHER, CONTACT_REASONS, REPORT_UNCLEAR
from dotbridge.importer.contact_file import GOES_AS_JSON, key_of, legs_of
from dotbridge.importer.ended import ended
from dotbridge.importer.unnamed import unnamed
from dotbridge.ledger import bodies, clock, consent, consent_delivery, hot, people
from dotbridge.ledger.codes import BODY_LOST
from dotbridge.ledger.consent import Pair, Told
from dotbridge.ledger.consent_feed import want_statuses
from dotbridge.ledger.hot import Refusal
from dotbridge.ledger.models import EmailImporter
from dotbridge.ledger.states import BatchState, State, Transport
from dotbridge.ledger.transaction import writing
from dotbridge.observe.boundary import reach


class Row(NamedTuple):
    """One person of the batch; ``current`` while nothing newer is wanted of them."""

    id: str
    attempts: int
    current: bool


class Verdict(NamedTuple):
    """What the report says, row by row: our ids of the people. ``aside`` go once more as JSON."""

    learnt: list[tuple[int, str]]
    refused: list[Refusal]
    warned: list[tuple[str, str]]
    unnamed: list[str]
    aside: set[str]
    unsubscribed: set[str]
    unclear: bool


def settle_contacts(
    batch: EmailImporter, report: ContactImport, closed: Sequence[Told], opened: Sequence[Pair] = ()
) -> None:
    """Settles the batch, or queues it for its next leg.

    ``closed``: whom Dotdigital has closed while the import was on its way, the report aside; ``opened``: whom the import
    itself has made mailable.
    """
    found = hot.rows(
        "SELECT email_key, id, attempts, batch_version = version FROM email_contact WHERE batch = %s", (batch.pk,)
    )
    everybody = {row[0]: Row(str(row[1]), row[2], bool(row[3])) for row in found}
    rows = {key: row for key, row in everybody.items() if row.current}
    verdict = _verdict(batch, report, rows)
    aside, lost = _set_aside(batch, verdict)
    again = [unnamed(row.id, row.attempts) for row in rows.values() if row.id in lost or row.id in verdict.unnamed]
    refused = [*verdict.refused, *again]
    left = len(rows) - len(refused) - (len(aside.keys) if aside else 0)
    onward = batch.transport == Transport.V2 and left > 0 and batch.leg + 1 < len(legs_of(batch))
    told = [*_told(report.faults), *[one for one in closed if one.key in everybody]]
    with writing():
        if not _moved_on(batch, left, len(refused), onward=onward, code=REPORT_UNCLEAR if verdict.unclear else None):
            return
        hot.lock_batch(batch.record_table, batch.pk)
        if aside is not None:
            hang_up(batch, aside)
        people.learn_contact_ids(batch.account_id, verdict.learnt)
        hot.settle_refused(batch.record_table, batch.pk, refused)
        hot.settle_warned(batch.record_table, batch.pk, verdict.warned)
        people.mark_dirty([int(one.key) for one in again])
        reach("mid-settle")
        if not onward:
            consent_delivery.wake_waiting(batch.account_id, batch.pk)
            woken = [row[0] for row in hot.rows("SELECT id FROM email_contact WHERE batch = %s", (batch.pk,))]
            hot.settle_rest(batch.record_table, batch.pk)
            people.wake_records(woken)
        _learn(batch.account_id, told)
        # Last: the feed still tells of the unsubscribing that went with the contact before.
        consent.learn(batch.account_id, opened, 0.0, source="import", anew=True)
        want_statuses(batch.account_id)
        came_back(batch)


def _verdict(batch: EmailImporter, report: ContactImport, rows: Mapping[str, Row]) -> Verdict:
    by_file = batch.transport == Transport.V2
    verdict = Verdict([(one.contact_id, key_of(one.email)) for one in report.taken], [], [], [], set(), set(), False)
    faults = {key_of(fault.value): fault for fault in report.faults}
    counted = report.counters.created + report.counters.updated
    if by_file:
        verdict.learnt.extend((fault.contact_id, key) for key, fault in faults.items() if fault.contact_id)
        verdict = verdict._replace(unclear=counted + len(faults) != batch.sent)
    for key, fault in faults.items():
        row = rows.get(key)
        if row is None:
            continue
        if by_file and (fault.reason in GOES_AS_JSON or (verdict.unclear and not fault.suppressed)):
            verdict.aside.add(row.id)
            if fault.reason == "unsubscribed":
                verdict.unsubscribed.add(row.id)
        elif fault.partial:
            verdict.warned.append((orjson.dumps([[reason_of(fault).id, "", fault.detail]]).decode(), row.id))
        else:
            verdict.refused.append(_refusal(fault, row.id))
    named = faults.keys() | {key for _, key in verdict.learnt}
    silent = {row.id for key, row in rows.items() if key not in named}
    if by_file:
        verdict.aside.update({row.id for key, row in rows.items() if key not in faults} if verdict.unclear else silent)
    elif report.taken or not counted:
        verdict.unnamed.extend(silent)
    return verdict


def _set_aside(batch: EmailImporter, verdict: Verdict) -> tuple[Aside | None, set[str]]:
    """The batch of those who go as JSON, and whose document is lost."""
    if not verdict.aside:
        return None, set()
    try:
        frames = dict(bodies.frames(bodies.load(batch.body, batch.body_sha256)))
    except RetryableError as error:
        if error.code is not BODY_LOST:
            raise
        return None, verdict.aside
    chosen = {key: body for key, body in frames.items() if key in verdict.aside}
    return set_aside(batch, chosen, verdict.unsubscribed), verdict.aside - chosen.keys()


def _moved_on(batch: EmailImporter, accepted: int, rejected: int, *, onward: bool, code: Code | None) -> bool:
    """Moves the batch itself on; False when another worker settled it first."""
    rejected += batch.rejected
    if onward:
        next_leg = {"leg": batch.leg + 1, "import_id": "", "attempts": 0, "due_at": clock.now(), "rejected": rejected}
        # What was said of this leg's import is not said of the next one's.
        return hot.move_batch(batch.pk, [BatchState.SUBMITTED], BatchState.QUEUED, **next_leg, code="", detail="")
    return ended(batch, accepted, rejected, code)


def _told(faults: Sequence[ContactFault]) -> list[Told]:
    """Whom Dotdigital did not take for being closed there. What opens a channel is never learnt from a refusal."""
    told = [Told(key_of(one.value), str(one.reason), "") for one in faults if one.suppressed and not one.partial]
    return [one for one in told if consent.is_closed(one.status)]


def _learn(account_id: int, told: Sequence[Told]) -> None:
    """The shops hear of them as of any other change over there; of two tellings the dated one counts, which comes last."""
    newest = {one.key: one for one in told}
    held = consent.held(account_id, list(newest))
    consent.learn(account_id, [(newest[key], person) for key, person in held.items()], 0.0, source="import", dated=True)


def _refusal(fault: ContactFault, row_id: str) -> Refusal:
    code = reason_of(fault)
    state = State.SUPPRESSED if fault.suppressed else State.REJECTED
    return Refusal(state, "", code.id, " ".join(filter(None, [code.what, fault.detail, code.todo])), row_id)


def reason_of(fault: ContactFault) -> Code:
    """Why Dotdigital refused somebody, in our words; its own sentence stands in the detail."""
    return CONTACT_REASONS.get(fault.reason, CONTACT_OTHER)
