"""Who unsubscribed, written into Oro as an unsubscribed item of a marketing list (§1.11, 2.6, 7.3, 7.5).

The legacy REST API alone can do it; it takes the same token. An item that is there already is refused, so that it is
looked for in the database, which is also where it is read: without that, a consent given once would look like a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dotbridge.commerce.site import Website
from dotbridge.errors import ConfigError, DotbridgeError
from dotbridge.http.errors import OutcomeUnknown
from dotbridge.sources.base import Check, Writes
from dotbridge.sources.orocommerce.by_sql.schema import Schema, text
from dotbridge.sources.orocommerce.client import Api
from dotbridge.sources.orocommerce.codes import CALL_REFUSED, RESOURCE_MISSING
from dotbridge.sources.orocommerce.marketing_lists import MarketingLists
from dotbridge.sources.orocommerce.sites import Sites

ITEMS = "orocrm_ml_item_uns"
_ENTITY = "CustomerUser"
_TODO = "Grant them as docs/how-to/write-the-newsletter.md shows; what waits is then written by itself."
_NOBODY = 0


class _Person(NamedTuple):
    id: int
    email: str


class UnsubscribedItems(Writes):
    """Items of the lists that the connection names, for every customer user of a website with such an address."""

    def __init__(self, api: Api, schema: Schema, sites: Sites, lists: Sequence[int]) -> None:
        self._api, self._schema, self._sites, self._lists = api, schema, sites, lists

    def check(self) -> Check:
        """Takes the item of nobody out of each list, which tries address, token and right and changes nothing."""
        known = {one.id: one.entity for one in MarketingLists(self._schema).all()}
        for one in self._lists:
            if known.get(str(one), "") != _ENTITY:
                what = "is for another kind of record" if str(one) in known else "is not there, or may not be read"
                return Check("newsletter", "missing", f"The marketing list {one} {what}.", "Correct unsubscribe_lists.")
            try:
                self._call("subscribe", one, _NOBODY)
            except DotbridgeError as error:
                if not isinstance(error, ConfigError) and error.code is not RESOURCE_MISSING:
                    raise
                return Check("newsletter", "missing", f"The lists are only read. {error.why}".strip(), _TODO)
        return Check("newsletter", "ok", "Who unsubscribes in Dotdigital is unsubscribed in Oro's marketing lists.")

    def unsubscribe(self, website: Website, emails: Sequence[str]) -> list[str]:
        people = self._people(website, emails)
        for one in self._lists:
            held = self._held(one, people)
            for person in people:
                if person.id in held:
                    # An item older than a consent that was given since says nothing any more; a new one does.
                    self._call("subscribe", one, person.id)
                self._add(one, person)
        return sorted({person.email for person in people})

    def subscribe(self, website: Website, emails: Sequence[str]) -> list[str]:
        people, done = self._people(website, emails), set()
        for one in self._lists:
            held = self._held(one, people)
            for person in people:
                if person.id in held:
                    self._call("subscribe", one, person.id)
                    done.add(person.email)
        return sorted(done)

    def _add(self, one: int, person: _Person) -> None:
        try:
            self._call("unsubscribe", one, person.id)
        except DotbridgeError as error:
            # Somebody else added it, or the answer was lost: the item is there, and that is all that is wanted.
            unsure = error.code is CALL_REFUSED or isinstance(error, OutcomeUnknown)
            if not unsure or person.id not in self._held(one, [person]):
                raise

    def _call(self, action: str, one: int, entity: int) -> None:
        self._api.act(f"rest/latest/marketinglist/{one}/{action}/{entity}.json", f"marketinglist.{action}")

    def _people(self, website: Website, emails: Sequence[str]) -> list[_Person]:
        wanted = {email.strip().lower(): email for email in emails}
        place = self._schema.column("t", "oro_customer_user", "website_id")
        lower = self._schema.column("t", "oro_customer_user", "email_lowercase", "lower(t.email)")
        guest = self._schema.column("t", "oro_customer_user", "is_guest", "FALSE")
        rows = self._schema.database.query(
            f"SELECT t.id, {text('t.email')}, {text(place)} FROM oro_customer_user t"
            f" WHERE {lower} = ANY(%s) AND NOT COALESCE({guest}, FALSE) ORDER BY t.id",
            (list(wanted),),
        )
        return [
            _Person(row[0], wanted[row[1].strip().lower()])
            for row in rows
            if self._sites.website_of(row[2]) == website.source_id and row[1].strip().lower() in wanted
        ]

    def _held(self, one: int, people: Sequence[_Person]) -> set[int]:
        rows = self._schema.database.query(
            f"SELECT entity_id FROM {ITEMS} WHERE marketing_list_id = %s AND entity_id = ANY(%s)",
            (one, [person.id for person in people]),
        )
        return {row[0] for row in rows}
