"""Who may be written to: unsubscribing, resubscribing and the feeds of both, on the routes of v2 (§11.5, §11.6).

These routes say what they do: nothing here is a side effect of sending a contact's data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from dotbridge.dotdigital.api import PAGE_V2, Api
from dotbridge.dotdigital.words import Instant, Word
from dotbridge.http.operation import Operation

UNSUBSCRIBE = Operation("contacts.unsubscribe", "POST", tier="medium", repeatable=True)
RESUBSCRIBE = Operation("contacts.resubscribe", "POST", tier="medium")  # each call may send the person an e-mail
RETRIEVE = Operation("contacts.retrieve_collection", "GET", tier="low")
SUPPRESSED_SINCE = Operation("contacts.suppressed_since", "GET", tier="low")
UNSUBSCRIBED_SINCE = Operation("contacts.unsubscribed_since", "GET", tier="low")


class KeyValue(msgspec.Struct, frozen=True):
    """One data field of a v2 contact."""

    key: str
    value: Any = None


class ContactV2(msgspec.Struct, frozen=True, rename="camel"):
    """A contact as v2 answers it; ``data_fields`` is ``None`` where the route leaves them out (§30.4)."""

    id: int = 0
    email: str = ""
    opt_in_type: Word = Word("unknown")
    status: Word = Word("")
    data_fields: list[KeyValue] | None = None
    created: Instant | None = None


class Suppression(msgspec.Struct, frozen=True, rename="camel"):
    """One entry of a suppression feed; ``reason`` e.g. unsubscribed, hard_bounced, isp_complained, suppressed."""

    suppressed_contact: ContactV2
    date_removed: Instant
    reason: Word


class Resubscription(msgspec.Struct, frozen=True):
    """``status``: contact_added (mailable now), contact_challenged (once the person confirms), or
    contact_cannot_be_unsuppressed (never by us); subscribed if the contact was not suppressed at all."""

    status: Word
    contact: ContactV2 | None = None


class Retrieved(msgspec.Struct, frozen=True, rename="camel"):
    """The contacts that exist, and the asked ones that do not."""

    contacts: list[ContactV2] = []
    not_found: list[ContactV2] = []


class SubscriptionsPart:
    """Consent's own calls; a list id narrows them to one list."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def unsubscribe(self, email: str, *, list_id: int | None = None) -> Suppression:
        """Unsubscribes account-wide, or from one list, where it is remembered."""
        return self._api.fetch(Suppression, UNSUBSCRIBE, *_base(list_id), "unsubscribe", payload={"email": email})

    def resubscribe(
        self, email: str, *, list_id: int | None = None, challenge: bool, locale: str = "", return_url: str = ""
    ) -> Resubscription:
        """With ``challenge`` the person is asked by e-mail first, in ``locale``, and led back to ``return_url``.

        An account that enforces double opt-in asks in any case: look at the status. Never repeated by itself.
        """
        route = "resubscribe" if challenge else "resubscribe-with-no-challenge"
        extra = {"preferredLocale": locale, "returnUrlToUseIfChallenged": return_url} if challenge else {}
        payload = {"unsubscribedContact": {"email": email}, **{name: value for name, value in extra.items() if value}}
        return self._api.fetch(Resubscription, RESUBSCRIBE, *_base(list_id), route, payload=payload)

    def retrieve(self, *, emails: Iterable[str] = (), ids: Iterable[int] = (), full: bool = False) -> Retrieved:
        """Looks many contacts up at once, suppressed ones included; data fields only with ``full``."""
        wanted = [*({"email": email} for email in emails), *({"id": number} for number in ids)]
        payload = {"contacts": wanted, "withFullData": full}
        return self._api.fetch(Retrieved, RETRIEVE, "v2", "contacts", "retrieve-collection", payload=payload)

    def suppressed_since(
        self, since: str, *, skip: int = 0, select: int = PAGE_V2, list_id: int | None = None
    ) -> list[Suppression]:
        """One page of all suppressions since an instant (UTC text); a list has unsubscribes only."""
        if list_id is not None:
            return self._page(UNSUBSCRIBED_SINCE, list_id, "unsubscribed-since", since, skip, select)
        return self._page(SUPPRESSED_SINCE, None, "suppressed-since", since, skip, select)

    def unsubscribed_since(self, since: str, *, skip: int = 0, select: int = PAGE_V2) -> list[Suppression]:
        """One page of account-wide unsubscribes since an instant (UTC text)."""
        return self._page(UNSUBSCRIBED_SINCE, None, "unsubscribed-since", since, skip, select)

    def all_suppressed_since(self, since: str) -> Iterator[Suppression]:
        """Every suppression since an instant, page by page; rows shift while paging, so one may come twice."""
        for page in self._api.pages(Suppression, SUPPRESSED_SINCE, "v2", "contacts", "suppressed-since", since):
            yield from page

    def _page(
        self, operation: Operation, list_id: int | None, feed: str, since: str, skip: int, select: int
    ) -> list[Suppression]:
        query = {"select": select, "skip": skip}
        return self._api.fetch(list[Suppression], operation, *_base(list_id), feed, since, query=query)


def _base(list_id: int | None) -> tuple[str | int, ...]:
    return ("v2", "contacts") if list_id is None else ("v2", "address-books", list_id, "contacts")
