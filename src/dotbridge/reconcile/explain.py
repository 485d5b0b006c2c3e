"""Did it arrive, and if not, why? One sentence, then what happened when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import orjson

from dotbridge.commerce.email import email_key
from dotbridge.errors import RecordError
from dotbridge.ledger.models import (
    EmailCatalog,
    EmailContact,
    EmailImporter,
    EmailInsight,
    EmailOrder,
    EmailQuote,
    EmailReview,
    EmailWishlist,
    ProductFact,
)
from dotbridge.ledger.states import State, WaitsFor

_TABLES: dict[str, type[Any]] = {
    "order": EmailOrder,
    "cart": EmailQuote,
    "product": EmailCatalog,
    "review": EmailReview,
    "wishlist": EmailWishlist,
    "record": EmailInsight,
}
_WAITING = {
    WaitsFor.CONTACT: "it waits until Dotdigital holds its contact",
    WaitsFor.CUSTOMER: "it waits until its customer has been read from the shop",
    WaitsFor.READ: "it is read from the shop once more before it goes",
    WaitsFor.REMOVAL: "it is about to be taken out of Dotdigital",
    WaitsFor.PERSON: "it waits for a person",
}


class Explanation(msgspec.Struct):
    """One record: what it is, the sentence, the timeline as (instant, what), and the warnings it carries."""

    subject: str
    sentence: str
    state: str
    code: str
    timeline: list[tuple[str, str]]
    warnings: list[str]


def explain(key: str) -> list[Explanation]:
    """Everything that this key names: an e-mail address, an order number, a SKU, a shop id, or a document key."""
    found = [_explain(f"contact {row.email}", row) for row in _contacts(key)]
    for word, table in _TABLES.items():
        rows = table.objects.filter(key=key) | table.objects.filter(source_id=key)
        if table is EmailCatalog:
            rows = rows | table.objects.filter(source_id__in=ProductFact.objects.filter(sku=key).values("product_id"))
        found += [
            _explain(f"{word} {row.key} ({row.collection or 'not sent'}, {row.website})", row)
            for row in rows.select_related("website")[:20]
        ]
    return found


def _contacts(key: str) -> list[EmailContact]:
    if "@" not in key:
        return []
    try:
        return list(EmailContact.objects.filter(email_key=email_key(key)))
    except RecordError:
        return []


def _explain(subject: str, row: Any) -> Explanation:
    batch = EmailImporter.objects.filter(pk=row.batch).first() if row.batch else None
    warnings = [str(text) for _, _, text in orjson.loads(row.warnings or "[]")]
    return Explanation(subject, _sentence(row, batch), row.state, row.code, _timeline(row, batch), warnings)


def _sentence(row: Any, batch: EmailImporter | None) -> str:
    if row.state == State.ACCEPTED:
        dropped = ", with warnings" if row.warnings else ""
        return f"It arrived: Dotdigital took it at {_instant(row.accepted_at)}{dropped}."
    if row.state == State.STAGED:
        where = f"in a batch that is {batch.state}" if batch else "in a batch"
        why = f" ({batch.detail})" if batch and batch.detail else ""
        return f"It is on its way, {where}{why}."
    if row.state == State.PENDING:
        return f"It has not gone yet: {_WAITING.get(row.waits_for, 'it is mapped at the next turn')}."
    if row.state == State.EXCLUDED:
        return f"It is left out by the rule {row.code}."
    if row.state == State.REJECTED:
        return f"It was refused: {row.detail}"
    if row.state == State.SUPPRESSED:
        return f"Dotdigital holds the person suppressed: {row.detail}"
    return (
        "It left the shop and was taken out."
        if row.state == State.REMOVED
        else "It was erased on the person's request."
    )


def _timeline(row: Any, batch: EmailImporter | None) -> list[tuple[str, str]]:
    taken = "taken by Dotdigital" if row.accepted_digest else "taken by Dotdigital, perhaps in an older version"
    events = [(row.read_started, "read from the shop (last change seen)"), (row.accepted_at, taken)]
    if batch is not None:
        events += [
            (batch.created_at, "staged in a batch"),
            (batch.submitting_at, "being sent"),
            (batch.submitted_at, f"sent as import {batch.import_id}"),
        ]
    return [(_instant(at), what) for at, what in sorted((at, what) for at, what in events if at)]


def _instant(at: float | None) -> str:
    return dt.datetime.fromtimestamp(at or 0, dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
