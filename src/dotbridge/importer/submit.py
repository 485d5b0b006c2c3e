"""Sends one batch: claimed, read back, filtered, posted, and its import id kept.

``submitting`` is committed before the call and ``submitted`` after it. An import has no look-up and no idempotency key,
so a crash between the two leaves the outcome unknown (``importer.unknown``).
"""

from __future__ import annotations

import secrets

import orjson

from dotbridge.commerce.email import email_key
from dotbridge.dotdigital import codes, contact_imports, insight_imports
from dotbridge.dotdigital.client import Dotdigital
from dotbridge.errors import DotbridgeError, RetryableError
from dotbridge.importer import contact_file
from dotbridge.importer.refuse import refuse_batch
from dotbridge.ledger import bodies, clock, hot, people
from dotbridge.ledger.codes import BODY_LOST
from dotbridge.ledger.models import DotdigitalAccount, EmailImporter
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.states import BatchState, Transport
from dotbridge.ledger.transaction import writing
from dotbridge.observe.boundary import reach

#: Imports that an account may run at once (contract dotdigital-api §5.2).
LIMITS = {"contacts": 25, "insight": 5}

#: What a file is refused for and JSON is not: its report tells of each person that the list is not there.
_NO_LIST = frozenset({codes.LIST_NOT_FOUND, codes.LIST_NOT_WRITABLE})
_STATUS = b',"status":"unsubscribed"'


def submit_next(account: DotdigitalAccount, client: Dotdigital, kind: str) -> bool:
    """Claims and sends the account's next batch of this kind; False when none may go now."""
    token = secrets.token_hex(8)
    canary = kind == "contacts" and account.canary != DotdigitalAccount.Canary.PASSED
    lease = float(resolve()["importer.lease_seconds"])
    with writing():
        claimed = hot.claim_batch(account.pk, kind, LIMITS[kind], token, lease, canary=canary)
    if claimed is None:
        return False
    batch = EmailImporter.objects.get(pk=claimed[0])
    try:
        _send(account, client, batch)
    except DotbridgeError as error:
        if batch.transport == Transport.V2 and error.code in _NO_LIST:
            _go_as_json(batch, error)
        else:
            refuse_batch(batch, error)
    return True


def _send(account: DotdigitalAccount, client: Dotdigital, batch: EmailImporter) -> None:
    try:
        plain = bodies.load(batch.body, batch.body_sha256)
    except RetryableError as error:
        if error.code is not BODY_LOST:
            raise
        give_back(batch, BatchState.EXPIRED, error)
        return
    keep = hot.pointing(batch.pk, batch.record_table)
    kept: list[bytes] = []
    if keep is not None:
        kept = [document for key, document in dict(bodies.frames(plain)).items() if key in keep]
        if not kept:
            give_back(batch, BatchState.SETTLED, None)
            return
    sent = batch.records if keep is None else len(kept)
    reach("before-submit")
    if batch.kind == "contacts":
        import_id = _put_contacts(account, client, batch, bodies.documents(plain) if keep is None else kept)
    else:
        import_id = _put_insight(client, batch, bodies.joined(plain) if keep is None else b",".join(kept))
    reach("accepted")
    now = clock.now()
    known: dict[str, object] = {"import_id": import_id, "submitted_at": now, "token": "", "sent": sent}
    known["due_at"] = now + min(1.0, float(resolve()["importer.poll_seconds"]))
    with writing():
        # Only the sweep of lost workers competes: it may have called the outcome unknown while the answer was late. Or
        # it has given the records back already: then the import is a late one, and is watched as such.
        if not hot.move_batch(batch.pk, [BatchState.SUBMITTING, BatchState.UNKNOWN], BatchState.SUBMITTED, **known):
            hot.move_batch(batch.pk, [BatchState.EXPIRED], BatchState.EXPIRED, **known)


def _put_contacts(account: DotdigitalAccount, client: Dotdigital, batch: EmailImporter, documents: list[bytes]) -> str:
    """The id of the import of these contacts."""
    if batch.transport == Transport.V2:
        return contact_file.send(batch, client, documents)
    return client.contact_imports.put(contact_imports.framed(_without_known(account, client, documents)))


def _put_insight(client: Dotdigital, batch: EmailImporter, records: bytes) -> str:
    """The id of the import of these records, which have commas between them."""
    body = insight_imports.framed(
        batch.collection,
        batch.collection_scope,  # type: ignore[arg-type]
        batch.collection_type,  # type: ignore[arg-type]
        records,
    )
    return client.insight_imports.put(body)


def _go_as_json(batch: EmailImporter, error: DotbridgeError) -> None:
    told = {"code": error.code.id, "detail": str(error), "token": "", "due_at": clock.now()}
    with writing():
        # The sweep of lost workers may have moved it on: then its records are sent again anyway.
        hot.move_batch(batch.pk, [BatchState.SUBMITTING], BatchState.QUEUED, transport=Transport.V3.value, **told)


def _without_known(account: DotdigitalAccount, client: Dotdigital, documents: list[bytes]) -> list[bytes]:
    """The documents, with `unsubscribed` only where Dotdigital does not hold the person yet.

    An import may say how a contact begins and nothing else: whoever is there keeps the status that stands there.
    """
    marked = [one for one in documents if _STATUS in one]
    if not marked:
        return documents
    emails = [orjson.loads(one)["identifiers"]["email"] for one in marked]
    found = client.subscriptions.retrieve(emails=emails).contacts
    there = {email_key(contact.email): contact.id for contact in found if contact.id}
    if there:
        with writing():
            people.learn_contact_ids(account.pk, [(number, key) for key, number in there.items()])
    known = {one for one, email in zip(marked, emails, strict=True) if email_key(email) in there}
    return [one.replace(_STATUS, b"") if one in known else one for one in documents]


def give_back(batch: EmailImporter, state: BatchState, error: DotbridgeError | None) -> None:
    """Ends a batch that was not sent; its rows are read and staged once more."""
    with writing():
        moved = hot.move_batch(
            batch.pk,
            [BatchState.SUBMITTING, BatchState.QUEUED, BatchState.PARKED, BatchState.UNKNOWN],
            state,
            settled_at=clock.now(),
            code=error.code.id if error else "",
            detail=str(error) if error else "",
        )
        if moved:
            hot.release(batch.record_table, batch.pk, perhaps_taken=batch.leg > 0)
