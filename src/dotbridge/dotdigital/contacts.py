"""Single contacts and pages of them, on the unified contact of v3 (§16).

v3 updates the data of a suppressed contact without an error and leaves its channels as they are, where v2 refuses.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal

import msgspec

from dotbridge.dotdigital import codes
from dotbridge.dotdigital.api import PAGE_V3, Api, Page, page
from dotbridge.dotdigital.words import Instant, Word
from dotbridge.errors import RecordError
from dotbridge.http.operation import Operation, Query

MergeOption = Literal["overwrite", "overwrite-if-not-empty", "overwrite-if-empty"]

GET_CONTACT = Operation("contacts.get", "GET", tier="high")
PATCH_CONTACT = Operation("contacts.patch", "PATCH", tier="medium", repeatable=True)
PATCH_CONTACT_ONCE = Operation("contacts.patch_with_consent", "PATCH", tier="medium")
DELETE_CONTACT = Operation("contacts.delete", "DELETE", tier="medium", repeatable=True)
PAGE_OF_CONTACTS = Operation("contacts.page", "GET", tier="low")


class Channel(msgspec.Struct, frozen=True, rename="camel"):
    """One channel; the types are given for e-mail only."""

    status: Word = Word("")
    email_type: Word = Word("")
    opt_in_type: Word = Word("")


class Channels(msgspec.Struct, frozen=True, rename="camel"):
    """The channels that were asked for and exist."""

    email: Channel | None = None
    sms: Channel | None = None
    whats_app: Channel | None = None


class Membership(msgspec.Struct, frozen=True):
    """A list the contact is on; ``status``: subscribed, suppressed or pending."""

    id: int
    name: str = ""
    status: Word = Word("")


class Contact(msgspec.Struct, frozen=True, rename="camel"):
    """A contact as v3 answers it; what was not asked for is ``None`` or empty."""

    contact_id: int
    status: Word = Word("")
    created: Instant | None = None
    updated: Instant | None = None
    identifiers: dict[str, Any] = {}
    data_fields: dict[str, Any] | None = None
    channel_properties: Channels | None = None
    lists: list[Membership] = []
    preferences: list[dict[str, Any]] = []
    consent_records: list[dict[str, Any]] = []

    @property
    def email(self) -> str:
        return str(self.identifiers.get("email", ""))

    @property
    def email_status(self) -> Word:
        """Status of the e-mail channel, else of the contact."""
        channels = self.channel_properties
        return channels.email.status if channels and channels.email else self.status


class ContactsPart:
    """Contacts one by one, and what changed among them."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def get(self, value: str | int, *, identifier: str = "email") -> Contact | None:
        """The contact, or ``None`` if the account has none."""
        try:
            return self._api.fetch(Contact, GET_CONTACT, "contacts", "v3", identifier, value)
        except RecordError as error:
            if error.code is codes.CONTACT_NOT_FOUND:
                return None
            raise

    def patch(
        self,
        value: str | int,
        document: Mapping[str, Any],
        *,
        identifier: str = "email",
        merge_option: MergeOption = "overwrite",
    ) -> Contact:
        """Creates or updates one contact and gives it back, with its id.

        An address or identifier of another contact: ``RecordError`` IDENTIFIER_TAKEN (both spellings of the 409).
        A document with channels or consent records is sent at most once: Dotdigital may write to the person for it.
        """
        once = not document.keys().isdisjoint({"channelProperties", "consentRecords"})
        operation = PATCH_CONTACT_ONCE if once else PATCH_CONTACT
        query = {"merge-option": merge_option}
        return self._api.fetch(Contact, operation, "contacts", "v3", identifier, value, query=query, payload=document)

    def delete(self, value: str | int, *, identifier: str = "email") -> bool:
        """Moves the contact to the recycle bin for 30 days; false if there was none."""
        try:
            self._api.send(DELETE_CONTACT, "contacts", "v3", identifier, value)
        except RecordError as error:
            if error.code is codes.CONTACT_NOT_FOUND:
                return False
            raise
        return True

    def page(
        self,
        *,
        modified_since: str = "",
        list_id: int | None = None,
        data_fields: Collection[str] = (),
        include: Collection[str] = (),
        limit: int = PAGE_V3,
        marker: str = "",
    ) -> Page[Contact]:
        """One page in ascending order. ``modified_since`` is UTC text; without ``data_fields`` none are given;
        ``include`` takes channelProperties, lists, preferences, consentRecords."""
        query: dict[str, str | int | list[str | int]] = {"limit": limit}
        if data_fields:
            query["data-fields"] = "|".join(data_fields)
        if include:
            query["include"] = [*include]
        if modified_since:
            query["~modified"] = f"gte::{modified_since}"
        if list_id is not None:
            query["~listId"] = list_id
        return page(Contact, self._api.send(PAGE_OF_CONTACTS, "contacts", "v3", query=_marked(query, marker)))


def _marked(query: Mapping[str, Any], marker: str) -> Query:
    return {**query, "marker": marker} if marker else query
