"""Contacts that are due: read from every shop that knows them, merged, mapped with their sales, staged.

One contact is mapped by the website of its oldest source, so that two websites never work on the same person. Until the
order history of all its websites is complete, its sales fields are absent; while one is being read, it waits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from dotbridge.collector.draft import Draft, Road
from dotbridge.collector.gate import NOBODY
from dotbridge.collector.mapped import notes
from dotbridge.collector.records import refusal
from dotbridge.collector.scope import Scope
from dotbridge.collector.way import BY_JSON, Way, way_of
from dotbridge.commerce.contact import Contact
from dotbridge.commerce.digest import digest_of
from dotbridge.commerce.guest import guest_of
from dotbridge.commerce.merge import merge
from dotbridge.commerce.person import Person
from dotbridge.commerce.sales import Sales
from dotbridge.errors import RecordError
from dotbridge.ledger import clock, facts, hot, memberships, people
from dotbridge.ledger.codes import NOT_MAILABLE
from dotbridge.ledger.consent import is_closed
from dotbridge.ledger.due import ContactRow, Due, due_contacts, mark_mapped, sources_of, stage_contacts
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.live import Wanted
from dotbridge.ledger.models import DotdigitalAccount, Website
from dotbridge.ledger.sales import Counted, sales_of
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.states import Lane, State, Transport
from dotbridge.ledger.transaction import writing
from dotbridge.mapping.base import Document
from dotbridge.mapping.contacts.document import contact_document, emptied_account, emptied_sales, filled
from dotbridge.mapping.contacts.fields import FIELDS
from dotbridge.mapping.document import serialise
from dotbridge.observe.boundary import reach

PAGE = 2000
CANARY = 100
_STREAMS = {"customer": "customers", "subscriber": "subscribers", "guest": "orders"}
_UNMAILABLE = {"unsubscribed", "unconfirmed", "not_active"}


class Behind(NamedTuple):
    """Who stands behind a contact: its sources as their shops hold them, why one of them cannot be understood, if so.

    ``account``: some customer account stands behind it as far as is known, whether or not it could be read just now.
    """

    sources: Sequence[Contact]
    failed: RecordError | None
    account: bool


class ContactDesk:
    """Maps due contacts of one website's people; opens the account's other shops where a person is known there too."""

    def __init__(self, scope: Scope, wanted: Wanted | None = None) -> None:
        self.home = scope
        self.wanted = wanted
        self.account = scope.account
        rows = Website.objects.filter(account=self.account).select_related("connection__account", "account")
        self.scopes = {row.pk: scope if row.pk == scope.website.pk else Scope(row) for row in rows}
        self.precedence = {str(pk): one.website.precedence for pk, one in self.scopes.items()}
        self.counted = [
            Counted(pk, one.website.timezone, tuple(one.settings["sales_fields.statuses"]))
            for pk, one in self.scopes.items()
        ]
        #: Lists that the contacts of the page in hand belong on.
        self._lists: dict[int, Sequence[int]] = {}
        transport = resolve(account_id=self.account.pk)["importer.contact_transport"]
        #: The live lane sends no imports; what it hands on to one goes as JSON.
        self.by_file = transport == Transport.V2 and wanted is None
        self._after = 0
        self.currency = self.account.currency or scope.website.base_currency

    def close(self) -> None:
        """Gives back the shops that this desk opened beside its own."""
        for pk, scope in self.scopes.items():
            if pk != self.home.website.pk:
                scope.close()

    def map_page(self, lease: Lease | None = None, only: Sequence[int] | None = None) -> Counter[str]:
        """Maps the next due contacts (of ``only`` these) and stages what is new; an empty counter: nothing was due."""
        canary = self._is_canary()
        started = clock.now()
        due = self._next(CANARY if canary else PAGE, only)
        if not due:
            return Counter()
        sources = sources_of([one.id for one in due])
        found, failed = self._read(due, sources)
        accounts = {contact_id for contact_id, _, kind, _ in sources if kind == "customer"}
        sales = sales_of([one.id for one in due], self.counted, self.currency)
        draft, staged, seen = Draft(), [], []
        self._lists = {}
        for one in due:
            behind = Behind(found.get(one.id, []), failed.get(one.id), one.id in accounts)
            row = self._contact(draft, one, behind, sales.get(one.id), started)
            if row is None:
                seen.append((one.dirty, one.id))
                draft.counts["unchanged"] += 1
            else:
                staged.append(row)
        self._commit(draft, staged, seen, lease, canary=canary)
        return draft.counts

    def _next(self, limit: int, only: Sequence[int] | None) -> list[Due]:
        """Page after page in the order of ids, then from the beginning: who was due again meanwhile stands before."""
        due = due_contacts(self.account.pk, self.home.website.pk, limit, only, self._after)
        if not due and self._after:
            self._after = 0
            due = due_contacts(self.account.pk, self.home.website.pk, limit, only)
        if due and only is None:
            self._after = due[-1].id
        return due

    def _is_canary(self) -> bool:
        state = DotdigitalAccount.objects.values_list("canary", flat=True).get(pk=self.account.pk)
        return state == DotdigitalAccount.Canary.WANTED

    def _read(
        self, due: Sequence[Due], sources: Sequence[tuple[int, int, str, str]]
    ) -> tuple[dict[int, list[Contact]], dict[int, RecordError]]:
        """Every source of these contacts as its shop holds it now, and those that cannot be understood."""
        wanted: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
        newest = facts.guest_orders([one.id for one in due])
        for contact_id, website_id, kind, source_id in sources:
            key = newest.get((contact_id, website_id), "") if kind == "guest" else source_id
            if key:
                wanted[website_id, kind][key] = contact_id
        found: dict[int, list[Contact]] = defaultdict(list)
        failed: dict[int, RecordError] = {}
        for (website_id, kind), ids in wanted.items():
            for source_id, contact in self._fetch(self.scopes[website_id], kind, list(ids)).items():
                if isinstance(contact, RecordError):
                    failed[ids[source_id]] = contact
                else:
                    found[ids[source_id]].append(msgspec.structs.replace(contact, website_id=str(website_id)))
        return found, failed

    @staticmethod
    def _fetch(scope: Scope, kind: str, ids: Sequence[str]) -> Mapping[str, Any]:
        stream = scope.streams.get(_STREAMS[kind])
        if stream is None:
            return {}
        found: dict[str, Any] = {}
        for row in stream.fetch(scope.site, ids):
            source_id, _ = stream.identify(row)
            try:
                record = stream.to_commerce(row)
            except RecordError as error:
                found[source_id] = error
                continue
            found[source_id] = guest_of(record, scope.site) if kind == "guest" else record
        return found

    def _contact(
        self,
        draft: Draft,
        due: Due,
        behind: Behind,
        sales: Sales | None,
        started: float,
    ) -> ContactRow | None:
        """What is wanted of the contact, or ``None`` when it stands like that already."""
        sources = behind.sources
        if not sources:
            return self._nobody(draft, due, behind.failed, started)
        person = merge(sources, self.precedence)
        scope = self.scopes[int(person.website_id)]
        if due.suppressed:
            return self._suppressed(draft, due, person, started)
        rule = self._left_out(person)
        if rule and not due.accepted and due.contact_id is None:
            if due.state == State.EXCLUDED and due.code == rule:
                return None
            draft.counts["excluded"] += 1
            return self._row(due, person, started, State.EXCLUDED, code=rule)
        # Also of one whom Dotdigital held: if it was deleted there, it is made anew. Who is there, keeps their status.
        unsubscribed = self._begins_unsubscribed(person, sources) or is_closed(due.channel)
        known_sales = sales if all(scope.website.facts_complete for scope in self._websites(sources)) else None
        try:
            document = contact_document(person, known_sales, scope.context, create_unsubscribed=unsubscribed)
            if not behind.account:
                # Within the digest: the account may go after a document without it was sent, when it could not be read.
                document["dataFields"] |= emptied_account(person, scope.context, due.fields_sent)
            body = serialise(document)
        except RecordError as error:
            scope.context.notices.clear()
            gate = refusal(error)
            draft.counts["rejected"] += 1
            return self._row(due, person, started, State.REJECTED, code=gate.code, detail=gate.detail)
        digest = _digest(body)
        # An odd value of an attribute that nobody has mapped is no news.
        wanted = {*FIELDS, *scope.settings["contacts.attributes"]}
        warnings = notes(scope.context, [notice for notice in person.notices if notice[1] in wanted])
        if due.digest == digest and self._is_current(due):
            if due.state != State.ACCEPTED or due.warned == bool(warnings):
                return None
            return self._row(due, person, started, State.ACCEPTED, digest=digest, warnings=warnings)
        draft.counts["staged"] += 1
        sent = filled(document["dataFields"], scope.context)
        if due.accepted and known_sales is not None:
            # Beside the digest: what was never filled is no reason to send a contact.
            document["dataFields"] |= emptied_sales(person, known_sales, scope.context, due.fields_sent)
            body = serialise(document)
        batch = draft.put("Contacts", str(due.id), body, self._way(document, due))
        self._lists[due.id] = document.get("lists", ())
        return self._row(
            due, person, started, State.STAGED, digest=digest, batch=batch, warnings=warnings, fields_sent=sent
        )

    def _way(self, document: Document, due: Due) -> Way:
        return way_of(document, due.channel) if self.by_file else BY_JSON

    def _suppressed(self, draft: Draft, due: Due, person: Person, started: float) -> ContactRow | None:
        """Nothing is sent of whom Dotdigital does not take."""
        if (due.state, due.code) == (State.SUPPRESSED, NOT_MAILABLE.id):
            return None
        draft.counts["suppressed"] += 1
        detail = f"{NOT_MAILABLE.what} ({due.suppressed})"
        return self._row(due, person, started, State.SUPPRESSED, code=NOT_MAILABLE.id, detail=detail)

    def _is_current(self, due: Due) -> bool:
        if due.on_road or due.state == State.ACCEPTED:
            return True
        if due.state == State.SUPPRESSED:
            return due.accepted
        return due.state == State.REJECTED and due.mapping_version == self.account.mapping_version

    def _begins_unsubscribed(self, person: Person, sources: Sequence[Contact]) -> bool:
        """Whether a contact that Dotdigital does not hold yet must not become mailable by being created."""
        if any(word in _UNMAILABLE for word in person.subscriptions.values()):
            return True
        unknown = any(scope.settings["contacts.unknown"] == "unsubscribed" for scope in self._websites(sources))
        return unknown and person.subscription != "subscribed"

    def _websites(self, sources: Sequence[Contact]) -> list[Scope]:
        return [self.scopes[int(source.website_id)] for source in sources]

    def _left_out(self, person: Person) -> str:
        """The rule that leaves the person out: no website may send people who have not subscribed."""
        if person.subscription == "subscribed":
            return ""
        websites = {int(source.website_id) for source in person.sources}
        sends = any(self.scopes[pk].settings["non_subscribers"] == "send" for pk in websites)
        return "" if sends else "not_subscribed"

    def _nobody(self, draft: Draft, due: Due, failed: RecordError | None, started: float) -> ContactRow | None:
        """Nobody stands behind the contact any more, or only what cannot be understood."""
        gate = refusal(failed) if failed else NOBODY._replace(state=State.REMOVED)
        if (due.state, due.code) == (gate.state, gate.code):
            return None
        draft.counts[gate.state] += 1
        if not failed:
            self._lists[due.id] = ()
        version, fate = self.account.mapping_version, (gate.state, gate.code, gate.detail)
        return ContactRow(due.email, None, started, version, "", 0, 0, "", 0, *fate, None, due.dirty, due.id)

    def _row(
        self,
        due: Due,
        person: Person,
        started: float,
        state: State,
        *,
        code: str = "",
        detail: str = "",
        digest: bytes | None = None,
        batch: int | None = None,
        warnings: str = "",
        fields_sent: int = 0,
    ) -> ContactRow:
        kinds = {source.kind for source in person.sources}
        return ContactRow(
            person.email.strip(),
            digest,
            started,
            self.account.mapping_version,
            warnings,
            int("guest" in kinds),
            int(person.subscription == "subscribed"),
            person.subscription,
            fields_sent,
            state,
            code,
            detail,
            batch,
            due.dirty,
            due.id,
        )

    def _commit(
        self,
        draft: Draft,
        staged: Sequence[ContactRow],
        seen: Sequence[tuple[int, int]],
        lease: Lease | None,
        *,
        canary: bool,
    ) -> None:
        road = Road(self.account.pk, None, "contacts", "email_contact", priority=10, canary=int(canary))
        if self.wanted is not None:
            road = road._replace(lane=Lane.LIVE)
            self.wanted.update({("Contacts", str(row.id)): row.digest for row in staged if row.batch})
        stored = draft.store_bodies()
        reach("body-stored")
        with writing():
            if lease is not None:
                lease.assert_held()
            for parcel in draft.parcels:
                hot.insert_batch(road.batch(parcel, stored[parcel.id]))
            if canary and draft.parcels:
                # Another website of the account may have sent the canary meanwhile: then two go, which does no harm.
                hot.execute("UPDATE dotdigital_account SET canary = 'out' WHERE id = %s", (self.account.pk,))
            people.lock([*[row.id for row in staged], *[number for _, number in seen]])
            stage_contacts(staged)
            mark_mapped(seen)
            memberships.want(self._lists, staged[0].read_started if staged else 0.0)
        reach("staged")


def _digest(body: bytes) -> bytes:
    """The status at creation says how a contact begins, not what it holds: it takes no part in the comparison."""
    return digest_of(body.replace(b',"status":"unsubscribed"', b""))
