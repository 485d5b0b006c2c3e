"""One person from several sources: who wins for which field, the same whatever the order of the sources.

The rule, also told in docs/explanation/field-precedence.md: (1) customer before subscriber before guest, (2) the
website's precedence number, (3) the newest ``updated_at``, (4) the smallest source id. Each field takes the first value
that is not empty; an address is taken whole from one source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from dotbridge.commerce.address import Address
from dotbridge.commerce.contact import Contact, SubscriberStatus
from dotbridge.commerce.person import Person, PersonSource

_RANK = {"customer": 0, "subscriber": 1, "guest": 2}
#: Of words that contradict each other the first here is believed.
_CAUTION: dict[SubscriberStatus, int] = {"unsubscribed": 0, "unconfirmed": 1, "not_active": 2, "subscribed": 3}
_LAST = 1 << 31
_EMPTY: tuple[object, ...] = (None, "", [])
_NOWHERE = Address()
#: Fields that belong together with the website they come from, and are taken from the strongest source alone.
_PLACE = ("website_id", "website_name", "store_id", "store_name", "store_group")
_VALUES = (
    "created_at",
    "customer_id",
    "title",
    "first_name",
    "last_name",
    "gender",
    "born_on",
    "group",
    "last_login_at",
    "last_review_at",
    "last_quote_id",
)
_TAKEN = [(field, attrgetter(field)) for field in _VALUES]


def merge(sources: Sequence[Contact], precedence: Mapping[str, int]) -> Person:
    """The person behind ``sources`` (at least one), which share one normalised address.

    ``precedence`` numbers the websites by id, the smallest first; a website without a number comes after the others.
    """
    ranked = _ranked(sources, precedence)
    first = ranked[0]
    subscriptions = _subscriptions(ranked)
    return Person(
        email=first.email,
        kind=first.kind,
        sources=tuple(sorted({PersonSource(one.website_id, one.kind, one.source_id) for one in ranked})),
        updated_at=max([source.updated_at for source in ranked]),
        subscription=_overall(subscriptions.values()),
        subscriptions=subscriptions,
        billing=_address([source.billing for source in ranked]),
        delivery=_address([source.delivery for source in ranked]),
        review_count=next((one.review_count for one in ranked if one.review_count is not None), None),
        attributes=_attributes([source.attributes for source in ranked if source.attributes]),
        notices=tuple(dict.fromkeys([notice for source in ranked for notice in source.notices])),
        **{field: getattr(first, field) for field in _PLACE},
        **{field: next(filter(None, map(value, ranked)), "") for field, value in _TAKEN},
    )


def _attributes(held: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Of each code the first value that is not empty, else the first; ``held`` is strongest first."""
    if len(held) == 1:
        return dict(sorted(held[0].items()))
    found: dict[str, Any] = {}
    for attributes in reversed(held):
        found.update({code: value for code, value in attributes.items() if code not in found or value not in _EMPTY})
    return dict(sorted(found.items()))


def _ranked(sources: Sequence[Contact], precedence: Mapping[str, int]) -> list[Contact]:
    """The sources, strongest first. The order is total: what is left equal after it is equal in every field."""
    if len(sources) == 1:
        return list(sources)
    ranked = list(sources)
    if len({(one.kind, one.website_id, one.source_id) for one in sources}) < len(sources):
        ranked.sort(key=lambda one: msgspec.json.encode(one, order="deterministic"))
    ranked.sort(key=lambda one: (len(one.source_id), one.source_id, one.website_id))
    ranked.sort(key=lambda one: one.updated_at, reverse=True)
    ranked.sort(key=lambda one: (_RANK[one.kind], precedence.get(one.website_id, _LAST)))
    return ranked


def _subscriptions(sources: Iterable[Contact]) -> dict[str, SubscriberStatus]:
    """The newsletter's word per website that has one."""
    words: dict[str, list[tuple[str, SubscriberStatus]]] = {}
    for source in sources:
        if source.subscription:
            words.setdefault(source.website_id, []).append((source.subscription_changed_at, source.subscription))
    return {website: _word(found) for website, found in sorted(words.items())}


def _word(found: list[tuple[str, SubscriberStatus]]) -> SubscriberStatus:
    """The newest word; if one of several has no date, or two have the same, the most cautious of them."""
    newest = max([changed_at for changed_at, _ in found])
    believed = [word for changed_at, word in found if changed_at in ("", newest)]
    return min(believed, key=_CAUTION.__getitem__)


def _overall(words: Iterable[SubscriberStatus]) -> SubscriberStatus:
    """``subscribed`` if some website says so, else the most cautious word, "" without any."""
    known = list(words)
    if "subscribed" in known:
        return "subscribed"
    return min(known, key=_CAUTION.__getitem__, default="")


def _address(addresses: Iterable[Address | None]) -> Address | None:
    return next((address for address in addresses if address is not None and address != _NOWHERE), None)
