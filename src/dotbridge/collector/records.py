"""Insight records of one page: understood, matched with their people, mapped, and compared with what is known.

This is the hot path of orders; what happens once per record stays in one loop.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import orjson

from dotbridge.collector.draft import Draft
from dotbridge.collector.gate import NOBODY, Gate, gate_of
from dotbridge.collector.scope import Scope
from dotbridge.commerce.clock import parse
from dotbridge.commerce.email import email_key
from dotbridge.commerce.facts import ProductFact, order_fact
from dotbridge.commerce.notice import Notice
from dotbridge.commerce.product import Product
from dotbridge.errors import Code, RecordError
from dotbridge.ledger import facts, hot, people
from dotbridge.ledger.codes import KEY_TAKEN, OWNER_CHANGED
from dotbridge.ledger.hot import Known, RecordRow
from dotbridge.ledger.people import Person
from dotbridge.ledger.states import State, WaitsFor
from dotbridge.mapping.base import Collection, Context
from dotbridge.mapping.document import serialise
from dotbridge.sources.base import Stream


class Understood(NamedTuple):
    """One row in our words, or why it has none; ``address`` is the normalised address of its person, or ""."""

    source_id: str
    updated_at: str
    record: Any
    error: RecordError | None
    address: str
    scope: str


class RecordPage:
    """Builds the draft of one page. ``taken`` are document keys that belong to other records of the account."""

    def __init__(self, scope: Scope, collection: Collection[Any], stream: Stream[Any], read_started: float) -> None:
        self.scope = scope
        self.website_id, self.account_id = scope.website.pk, scope.account.pk
        self.context = scope.context
        self.collection = collection
        self.stream = stream
        self.read_started = read_started
        self.personal = collection.scope == "contact"
        self.has_facts = collection.key == "orders"
        self.per_store = collection.key == "catalog"
        self.settle_seconds = 60.0 * scope.settings["orders.settle_minutes"] if self.has_facts else 0.0

    def draft(self, rows: Sequence[Any], taken: frozenset[str] = frozenset()) -> Draft:
        """The draft of these rows; reads the ledger, writes nothing."""
        draft = Draft(read_started=self.read_started)
        understood = [self._understand(row) for row in rows]
        if self.has_facts:
            draft.known_facts = facts.known_facts(self.website_id, [one.source_id for one in understood])
        gates = self._gates(understood, draft) if self.personal else [NOBODY] * len(understood)
        places = [(item.scope, item.source_id) for item in understood]
        held = hot.known(self.collection.table, self.website_id, places)
        for item, gate, place in zip(understood, gates, places, strict=True):
            known = held.get(place)
            if item.error is None:
                self._add(draft, item, known, gate, taken)
            else:
                self._hold_back(draft, item, known, refusal(item.error))
        return draft

    def _understand(self, row: Any) -> Understood:
        source_id, updated_at = self.stream.identify(row)
        try:
            record = self.stream.to_commerce(row)
            address = email_key(record.email) if self.personal and not record.customer_id and record.email else ""
        except RecordError as error:
            return Understood(source_id, updated_at, None, error, "", "")
        return Understood(source_id, updated_at, record, None, address, record.store_id if self.per_store else "")

    def _gates(self, understood: Sequence[Understood], draft: Draft) -> list[Gate]:
        """Who each record belongs to: the contact of its customer id, else of its address."""
        customers = {i.record.customer_id for i in understood if i.error is None and i.record.customer_id}
        addresses = {i.address for i in understood if i.address}
        by_customer = people.by_customer(self.website_id, list(customers))
        by_guest = people.by_guest(self.website_id, list(addresses))
        by_email = people.by_email(self.account_id, list(addresses - by_guest.keys()))
        gates: list[Gate] = []
        for item in understood:
            if item.error is not None:
                gates.append(NOBODY)
                continue
            customer_id, address = item.record.customer_id, item.address
            if customer_id:
                person = by_customer.get(customer_id)
            else:
                person = by_guest.get(address) or by_email.get(address)
                if self.has_facts and address and address not in by_guest:
                    draft.guests[address] = item.record.email
            gates.append(gate_of(person, customer_id, creates=self.has_facts))
        return gates

    def _add(self, draft: Draft, item: Understood, known: Known | None, gate: Gate, taken: frozenset[str]) -> None:
        record, context, person = item.record, self.context, gate.person
        if self.has_facts:
            owner_id = None if person is None else person.id
            draft.note_facts(item.source_id, owner_id, item.address, order_fact(record), item.updated_at)
        elif self.per_store:
            self._product_facts(draft, record)
        rule = self.collection.excluded(record, context)
        if rule and (known is None or not known.held or self.collection.removes(rule)):
            removal = known is not None and known.held
            state, waits = (State.PENDING, WaitsFor.REMOVAL) if removal else (State.EXCLUDED, WaitsFor.NOTHING)
            self._hold_back(draft, item, known, Gate(person, state, waits, rule))
            return
        if (wait := self._wait(draft, item, known, gate)) is not None:
            self._hold_back(draft, item, known, wait)
            return
        key = self.scope.prefix + self.collection.document_key(record)
        if key in taken:
            why = RecordError(KEY_TAKEN, f"The key is {key}.", field="key")
            self._hold_back(draft, item, known, refusal(why, person))
            return
        try:
            body = serialise(self.collection.document(record, context))
        except RecordError as error:
            context.notices.clear()
            self._hold_back(draft, item, known, refusal(error, person))
            return
        owner = b"" if person is None else b"%d" % person.id
        digest = hashlib.blake2b(body, digest_size=16, person=owner).digest()
        warnings = notes(context, getattr(record, "notices", ()))
        name = self.collection.name(context, record)
        if known is not None and known.digest == digest and self._is_current(known):
            draft.counts["unchanged"] += 1
            read_again = known.state == State.PENDING
            if read_again or (known.state == State.ACCEPTED and known.warned != bool(warnings)):
                draft.rows.append(self._row(item, name, key, gate, State.ACCEPTED, warnings, digest, None))
            return
        batch = draft.put(name, key, envelope(key, person, body))
        draft.counts["staged"] += 1
        draft.rows.append(self._row(item, name, key, gate, State.STAGED, warnings, digest, batch))

    def _wait(self, draft: Draft, item: Understood, known: Known | None, gate: Gate) -> Gate | None:
        """What the record waits for, or ``None`` if it may go now."""
        if self.settle_seconds and (until := self._settles_at(item.record, known)):
            draft.settling[item.source_id] = until
            return Gate(gate.person, State.PENDING, WaitsFor.SETTLING)
        if self.personal and known is not None and _has_moved(known, gate):
            # Dotdigital refuses a key that stands at another contact (contract dotdigital-api §17.3): it goes there first.
            return Gate(gate.person, State.PENDING, WaitsFor.REMOVAL, OWNER_CHANGED.id, OWNER_CHANGED.what)
        return gate if gate.state else None

    def _settles_at(self, record: Any, known: Known | None) -> float:
        """When a new order may go; 0.0 for one that may go now. One dated far ahead does not wait for its date."""
        if known is not None and (known.held or known.state != State.PENDING):
            return 0.0
        placed = parse(record.placed_at).timestamp() if record.placed_at else 0.0
        return placed + self.settle_seconds if abs(self.read_started - placed) < self.settle_seconds else 0.0

    def _is_current(self, known: Known) -> bool:
        """Whether the same digest need not be sent again: on the road, taken, or refused under this mapping."""
        if known.state in (State.STAGED, State.ACCEPTED):
            return True
        if (known.state, known.waits_for) == (State.PENDING, WaitsFor.READ):
            return known.taken == known.digest
        return known.state == State.REJECTED and known.mapping_version == self.scope.mapping_version

    def _product_facts(self, draft: Draft, product: Product) -> None:
        """What order lines need of a product, in the words of the website's first store view."""
        site = self.scope.site
        if site.stores and product.store_id not in ("", site.stores[0].source_id):
            return
        names = tuple([category.name for category in product.categories])
        labels = tuple([(code, str(label)) for code, label in product.attributes.items()])
        words = (product.sku, product.name, product.attribute_set)
        fact = ProductFact(product.source_id, *words, names, product.brand, labels)
        if self.context.products.get(product.source_id) != fact:
            draft.product_facts.append(fact)

    def _hold_back(self, draft: Draft, item: Understood, known: Known | None, gate: Gate) -> None:
        """Notes a record that does not go now. One that stands like that already is left untouched."""
        record = item.record
        if known is not None and (known.state, known.waits_for, known.code) == (gate.state, gate.waits_for, gate.code):
            draft.counts["unchanged"] += 1
            return
        draft.counts[gate.waits_for or gate.state] += 1
        if record is None:
            name, key = "", f"{item.source_id}?{self.website_id}"
        else:
            name = self.collection.name(self.context, record)
            key = self.scope.prefix + self.collection.document_key(record)
            if gate.code == KEY_TAKEN.id:
                key = f"{key}?{self.website_id}:{item.source_id}"
        draft.rows.append(self._row(item, name, key, gate, gate.state, "", None, None))

    def _row(
        self,
        item: Understood,
        name: str,
        key: str,
        gate: Gate,
        state: str,
        warnings: str,
        digest: bytes | None,
        batch: int | None,
    ) -> RecordRow:
        return RecordRow(
            self.website_id,
            self.account_id,
            name,
            item.scope,
            item.source_id,
            key,
            None if gate.person is None else gate.person.id,
            item.updated_at,
            self.read_started,
            self.scope.mapping_version,
            state,
            gate.waits_for,
            gate.code,
            gate.detail,
            warnings,
            digest,
            batch,
        )


def _has_moved(known: Known, gate: Gate) -> bool:
    """Whether Dotdigital may hold the record at another person than the one it belongs to now."""
    if not known.held or known.contact_id is None or gate.waits_for == WaitsFor.CUSTOMER:
        return False
    return known.code == OWNER_CHANGED.id or known.contact_id != (gate.person and gate.person.id)


def refusal(error: RecordError, person: Person | None = None) -> Gate:
    """What a refused record shows: the code, and a sentence that names field and value."""
    return Gate(person, State.REJECTED, "", error.code.id, f"{error.code.what} {error.why} {error.code.todo}")


def envelope(key: str, person: Person | None, document: bytes) -> bytes:
    """One record of an insight import (contract dotdigital-api §17.2)."""
    if person is None:
        return b'{"key":%b,"json":%b}' % (orjson.dumps(key), document)
    return b'{"key":%b,"contactIdentity":{"identifier":"email","value":%b},"json":%b}' % (
        orjson.dumps(key),
        orjson.dumps(person.email),
        document,
    )


def notes(context: Context, found: Iterable[Notice] = ()) -> str:
    """The warnings of the record in hand as JSON, taken off the context; "" for none.

    ``found`` are those that its source has noted already, in the source's short words.
    """
    told = [[code, field, f"{Code.known[code].what} {text}"] for code, field, text in found]
    told += [list(notice) for notice in context.notices]
    context.notices.clear()
    return orjson.dumps(told).decode() if told else ""
