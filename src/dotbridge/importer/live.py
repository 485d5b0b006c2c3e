"""The live lane's way to Dotdigital: one call for each document, contacts first, settled as an import is.

A document that Dotdigital refuses goes on in an import, whose report says why in the same words as for all others; so
does one whose collection does not exist yet, which an import creates (contract dotdigital-api §17.1).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import msgspec
import orjson

from dotbridge.commerce.email import email_key
from dotbridge.dotdigital.client import Dotdigital
from dotbridge.dotdigital.errors import recovery
from dotbridge.dotdigital.insight import Owner
from dotbridge.errors import DotbridgeError, RecordError, RetryableError
from dotbridge.importer.account import may_send
from dotbridge.importer.refuse import refuse_batch
from dotbridge.importer.remove import remove_these
from dotbridge.importer.submit import give_back
from dotbridge.ledger import bodies, clock, hot, live, people
from dotbridge.ledger.account import open_account
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.live import Wanted
from dotbridge.ledger.models import DotdigitalAccount, EmailImporter
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.states import BatchState
from dotbridge.ledger.transaction import writing
from dotbridge.mapping.registry import COLLECTIONS
from dotbridge.observe.boundary import reach

#: Told the id of a website.
Wake: TypeAlias = Callable[[int], None]
#: Calls of one batch that may fail for a while before an import takes it.
ATTEMPTS = 5
_AGAIN = 5.0
#: Seconds that a call of the lane may wait. Where calls are scarce its document comes later, or by an import: what people
#: say of the newsletter is told by the same lane and must not stand behind it.
_PATIENCE = 3.0
#: The tables of records that stand with a contact, and the streams that read them.
_WITH_CONTACT = {one.table: one.stream for one in COLLECTIONS.values() if one.scope == "contact"}


class _Identity(msgspec.Struct):
    value: str


class _Envelope(msgspec.Struct, rename="camel"):
    """One record of an insight import; its document is kept as it is."""

    key: str
    json: msgspec.Raw
    contact_identity: _Identity | None = None


_envelope = msgspec.json.Decoder(_Envelope)


def send_live(
    account: DotdigitalAccount,
    client: Dotdigital,
    wake: Wake,
    wanted: Wanted | None = None,
    lease: Lease | None = None,
) -> int:
    """Sends what the account's live lane holds; gives how many documents Dotdigital took.

    ``wanted``: documents staged this turn, which go now although an open import holds their records. ``wake`` is told
    each website in which records waited for a contact that went: they are to be read at once.
    """
    taken, seconds = 0, float(resolve()["importer.lease_seconds"])
    # Asked first without the write lock, which others need as well.
    while (first := live.next_due(account.pk)) is not None and first <= clock.now():
        token = secrets.token_hex(8)
        with writing():
            number = live.claim(account.pk, token, seconds)
        if number is None:
            break
        batch = EmailImporter.objects.get(pk=number)
        sent, followed = _send(client, batch, token, wanted or {})
        taken += sent
        for website in followed:
            wake(website)
        if lease is not None and lease.over():
            break
    return taken


def _send(client: Dotdigital, batch: EmailImporter, token: str, wanted: Wanted) -> tuple[int, set[int]]:
    """How many documents went, and the websites with records to read now."""
    try:
        frames = dict(bodies.frames(bodies.load(batch.body, batch.body_sha256)))
    except RetryableError as error:
        give_back(batch, BatchState.EXPIRED, error)
        return 0, set()
    may = live.sendable(batch.pk, batch.record_table, batch.collection, list(frames), wanted)
    contacts = batch.kind == "contacts"
    send = _patch(client) if contacts else _put(client, batch)
    sent: dict[str, int] = {}
    failed: DotbridgeError | None = None
    refused = False
    reach("live-before")
    for key, document in frames.items():
        if key not in may:
            continue
        try:
            sent[key] = send(document)
        except RecordError:
            refused = True
        except DotbridgeError as error:
            failed = error
            break
    reach("live-accepted")
    return len(sent), _settle(batch, token, frames, sent, refused=refused, failed=failed)


def _patch(client: Dotdigital) -> Callable[[bytes], int]:
    contacts = client.on("live").contacts

    def send(document: bytes) -> int:
        item = cast("dict[str, Any]", orjson.loads(document))
        email = item["identifiers"]["email"]
        # Only a contact that does not exist is told how it begins: who is there keeps the status that stands there.
        if "status" in item["channelProperties"]["email"] and contacts.get(email) is not None:
            del item["channelProperties"]["email"]["status"]
        if "status" not in item["channelProperties"]["email"]:
            del item["channelProperties"]
        item.pop("matchIdentifier")
        return contacts.patch(email, item).contact_id

    return send


def _put(client: Dotdigital, batch: EmailImporter) -> Callable[[bytes], int]:
    insight = client.on("carts" if batch.record_table == "email_quote" else "live").insight

    def send(document: bytes) -> int:
        record = _envelope.decode(document)
        owner = Owner("email", record.contact_identity.value) if record.contact_identity else None
        insight.put(batch.collection, record.key, bytes(record.json), owner)
        return 0

    return send


def _settle(
    batch: EmailImporter,
    token: str,
    frames: Mapping[str, bytes],
    sent: Mapping[str, int],
    *,
    refused: bool,
    failed: DotbridgeError | None,
) -> set[int]:
    followed = set[int]()
    contacts = batch.kind == "contacts"
    with writing():
        if not live.hold(batch.pk, token):
            # We were too slow, and the records went on without us: an older value of ours may stand last.
            hot.resend(batch.record_table, batch.account_id, batch.collection, list(sent))
            return followed
        if contacts:
            learnt = [(sent[key], _address(frames[key])) for key in sent]
            people.learn_contact_ids(batch.account_id, learnt)
        accepted = live.accept(batch.record_table, batch.pk, list(sent))
        reach("live-mid-settle")
        if contacts:
            went = [int(key) for key in sent]
            people.wake_records(went)
            followed = live.follow(went, _WITH_CONTACT)
        if failed is not None:
            _put_off(batch, token, failed)
        elif refused:
            live.to_bulk(batch.pk, token)
        else:
            live.move(batch.pk, token, BatchState.SETTLED, settled_at=clock.now(), accepted=accepted)
            # What is left moved on while it was on its way, or its person may get nothing now: it is read again.
            hot.release(batch.record_table, batch.pk, perhaps_taken=True)
    if failed is not None and recovery(failed) in ("config", "park"):
        refuse_batch(batch, failed)
    return followed


def _put_off(batch: EmailImporter, token: str, error: DotbridgeError) -> None:
    """Later, and in the end by an import. An answer that was lost is no matter: upserts may be repeated."""
    if recovery(error) in ("config", "park"):
        return  # still ours: ``refuse_batch`` takes it to the person who must help
    if batch.attempts >= ATTEMPTS:
        live.to_bulk(batch.pk, token)
        return
    wait = (error.retry_after if isinstance(error, RetryableError) else None) or _AGAIN
    told = {"code": error.code.id, "detail": str(error)}
    live.move(batch.pk, token, BatchState.QUEUED, due_at=clock.now() + wait, **told)


def _address(document: bytes) -> str:
    return email_key(orjson.loads(document)["identifiers"]["email"])


class Delivery:
    """The account's live lane at work: one client for as many turns as it is kept; closed by ``close``.

    ``wake`` is told each website with records to read now that the contact they waited for went.
    """

    def __init__(self, account_id: int, wake: Wake) -> None:
        self.account_id = account_id
        self._wake = wake
        self._client: Dotdigital | None = None

    def send(self, wanted: Wanted | None = None, lease: Lease | None = None) -> int:
        """Sends what the lane holds, unless nothing may be sent there now; gives how many documents went."""
        first = live.next_due(self.account_id)
        if first is None or first > clock.now():
            return 0
        account = DotdigitalAccount.objects.get(pk=self.account_id)
        if not may_send(account):
            return 0
        return send_live(account, self._open(account), self._wake, wanted, lease)

    def remove(self, website_id: int, gone: Mapping[str, Sequence[str]]) -> int:
        """Takes records (source ids by table) that left the shop out of Dotdigital; gives how many went."""
        if not any(gone.values()):
            return 0
        account = DotdigitalAccount.objects.get(pk=self.account_id)
        if not may_send(account):
            return 0
        client = self._open(account).on("live")
        return sum(remove_these(account, client, table, website_id, ids) for table, ids in gone.items())

    def close(self) -> None:
        """Closes the connections to Dotdigital."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _open(self, account: DotdigitalAccount) -> Dotdigital:
        if self._client is None:
            self._client = open_account(account, patience=_PATIENCE)
        return self._client
