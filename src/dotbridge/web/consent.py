"""What is known of a person's consent: what each side says now, and what was seen and done, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dotbridge.ledger import newsletter
from dotbridge.ledger.consent_delivery import Held, held_up
from dotbridge.ledger.models import ConsentDelivery, ConsentEvent, ConsentRecord, EmailContact, Website
from dotbridge.web.reasons import Reason, reason_of

#: Events that a page shows.
SHOWN = 30

_DIRECTIONS = {
    "shop": ("edit", "The shop said {word}"),
    "dotdigital": ("cloud", "Dotdigital said {word}"),
    "to_shop": ("send", "Told the shop: {word}"),
    "to_dotdigital": ("send", "Told Dotdigital: {word}"),
}
_SOURCES = {
    "feed": "read from its feeds",
    "list": "on the website's list alone",
    "push": "in answer to our call",
    "customer": "seen with a customer",
    "subscriber": "seen with a subscriber",
    "first_look": "found on the first look",
    "refused_opt_in": "the opt-in had no evidence that it came later",
    "double_opt_in": "double opt-in",
    "moved": "went along to another address",
    "made_anew": "the contact was made anew there, which is no opt-in",
    "import": "in the report of an import",
}


class Happened(NamedTuple):
    """One event: sign, title, when we knew of it (epoch seconds), and the circumstances."""

    icon: str
    title: str
    at: float
    text: str


class Consent(NamedTuple):
    """``words`` are (website, newsletter's word); ``records`` how many consent records there are, and not yet sent."""

    words: list[tuple[str, str]]
    history: list[Happened]
    records: int
    unsent: int


def consent_of(contact: EmailContact) -> Consent:
    """The consent of a contact; five queries at most."""
    events = list(ConsentEvent.objects.filter(contact=contact).select_related("website").order_by("-pk")[:SHOWN])
    deliveries = {one.pk: one for one in ConsentDelivery.objects.filter(event__in=events)}
    names = dict(Website.objects.values_list("pk", "name"))
    words = newsletter.words_of([contact.pk]).get(contact.pk, {})
    sent = list(ConsentRecord.objects.filter(contact=contact).values_list("sent_at", flat=True))
    return Consent(
        [(names.get(website, ""), _plain(word)) for website, word in sorted(words.items())],
        [_happened(event, deliveries.get(event.pk)) for event in events],
        len(sent),
        sum(1 for at in sent if at is None),
    )


def _happened(event: ConsentEvent, delivery: ConsentDelivery | None) -> Happened:
    sign, title = _DIRECTIONS[event.direction]
    told = [event.website.name if event.website else "", _SOURCES.get(event.source, "")]
    if event.at:
        told.append(f"dated {event.at[:10]} {event.at[11:16]}")
    if delivery is not None:
        told.append(_outcome(delivery))
    return Happened(sign, title.format(word=_plain(event.word)), event.seen_at, "; ".join(filter(None, told)))


def _outcome(delivery: ConsentDelivery) -> str:
    if delivery.done_at is None:
        why = reason_of(delivery.outcome).what if delivery.outcome.startswith("CON-") else ""
        return f"waits: {why}" if why else "waits to be told to the other side"
    action, _, reason = delivery.outcome.partition(":")
    return f"led to: {_plain(action)} ({_plain(reason)})" if action != "none" else f"nothing to do ({_plain(reason)})"


def _plain(word: str) -> str:
    return word.replace("_", " ")


def waiting() -> Sequence[tuple[Held, Reason]]:
    """What did not reach a shop, with the words for why."""
    return [(one, reason_of(one.code)) for one in held_up()]
