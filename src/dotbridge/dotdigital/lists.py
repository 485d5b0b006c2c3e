"""Marketing lists, which the API calls address books (§10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from dotbridge.dotdigital import codes
from dotbridge.dotdigital.api import Api
from dotbridge.dotdigital.subscriptions import ContactV2
from dotbridge.dotdigital.words import Word
from dotbridge.errors import ConfigError, RecordError
from dotbridge.http.operation import Operation

PAGE_OF_LISTS = Operation("lists.page", "GET", tier="medium")
CREATE_LIST = Operation("lists.create", "POST", tier="medium", repeatable=True)
PAGE_OF_MEMBERS = Operation("lists.members", "GET", tier="low")
ADD_MEMBER = Operation("lists.add", "POST", tier="medium", repeatable=True)
REMOVE_MEMBER = Operation("lists.remove", "DELETE", tier="medium", repeatable=True)
REMOVE_MEMBERS = Operation("lists.remove_many", "POST", tier="low", repeatable=True)
REMOVAL_STATUS = Operation("lists.removal", "GET")

#: Names of the lists that every account has; they are Dotdigital's own.
RESERVED_LISTS = ("Test", "All Contacts")


class MarketingList(msgspec.Struct, frozen=True):
    """``contacts`` is the number of members; ``visibility`` private or public."""

    id: int
    name: str
    visibility: Word = Word("private")
    contacts: int = 0


class _Begun(msgspec.Struct, frozen=True):
    id: str


class _Removal(msgspec.Struct, frozen=True, rename="pascal"):
    """Written in PascalCase, unlike its neighbours (§10)."""

    status: Word


class ListsPart:
    """Lists, and who is on them."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def all(self) -> Iterator[MarketingList]:
        """Every list once; the system lists ``Test`` and ``All Contacts`` may be among them."""
        seen: set[int] = set()
        for page in self._api.pages(MarketingList, PAGE_OF_LISTS, "v2", "address-books"):
            for found in page:
                if found.id not in seen:
                    seen.add(found.id)
                    yield found

    def create(self, name: str, *, visibility: Literal["Private", "Public"] = "Private") -> MarketingList:
        """The list of this name, made now or found. A segment of that name: ``ConfigError`` LIST_DUPLICATE."""
        payload = {"name": name, "visibility": visibility}
        try:
            return self._api.fetch(MarketingList, CREATE_LIST, "v2", "address-books", payload=payload)
        except ConfigError as error:
            if error.code is not codes.LIST_DUPLICATE:
                raise
            found = next((known for known in self.all() if known.name.lower() == name.lower()), None)
            if found is None:
                raise
            return found

    def add(self, list_id: int, email: str) -> ContactV2:
        """Puts one contact on the list, creating it if unknown. Never resubscribes: CONTACT_SUPPRESSED instead."""
        return self._api.fetch(
            ContactV2, ADD_MEMBER, "v2", "address-books", list_id, "contacts", payload={"email": email}
        )

    def remove(self, list_id: int, contact_id: int) -> bool:
        """Takes one contact off the list, without remembering it as unsubscribed; false if it was not there."""
        try:
            self._api.send(REMOVE_MEMBER, "v2", "address-books", list_id, "contacts", contact_id)
        except RecordError as error:
            if error.code not in {codes.CONTACT_NOT_FOUND, codes.NOT_FOUND}:
                raise
            return False
        return True

    def remove_many(self, list_id: int, contact_ids: Sequence[int]) -> str:
        """Takes contacts off the list, some time after this; gives the id of the removal. Unknown ids are passed over."""
        route = ("v2", "address-books", list_id, "contacts", "delete")
        return self._api.fetch(_Begun, REMOVE_MEMBERS, *route, payload=list(contact_ids)).id

    def removal(self, removal_id: str) -> Literal["running", "completed", "failed"]:
        """How far a removal is; one that Dotdigital does not know any more has failed."""
        try:
            status = self._api.fetch(_Removal, REMOVAL_STATUS, "v2", "contacts", "deletion", removal_id).status
        except RecordError:
            return "failed"
        return "completed" if status == "completed" else "failed" if status == "failed" else "running"

    def members(self, list_id: int, *, full: bool = False) -> Iterator[list[ContactV2]]:
        """Pages of members; data fields only with ``full``. A segment's id works as well (§30.20)."""
        query = {"withFullData": str(full).lower()}
        return self._api.pages(ContactV2, PAGE_OF_MEMBERS, "v2", "address-books", list_id, "contacts", query=query)
