"""Insight records of one page: mapped, matched with their people, and compared with what is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from dotbridge.collector.draft import Draft
from dotbridge.collector.gate import NOBODY, Gate, gate_of
from dotbridge.collector.mapped import Mapped, Mapper
from dotbridge.collector.scope import Scope
from dotbridge.commerce.clock import instant_of, parse
from dotbridge.commerce.digest import digest_of
from dotbridge.errors import RecordError
from dotbridge.ledger import facts, people, records
from dotbridge.ledger.codes import KEY_TAKEN, OWNER_CHANGED
from dotbridge.ledger.people import Person
from dotbridge.ledger.records import Known, RecordRow, Standing
from dotbridge.ledger.states import State, WaitsFor
from dotbridge.mapping.base import Collection
from dotbridge.sources.base import Stream

_encode = msgspec.json.Encoder().encode
#: Plain text: SQLite's driver takes that in at once, and asks around for the words of an enumeration.
_STAGED = State.STAGED.value


class RecordPage:
    """Builds the draft of one page. ``taken`` are document keys that belong to other records of the account."""

    def __init__(self, scope: Scope, collection: Collection[Any], stream: Stream[Any], read_started: float) -> None:
        self.scope = scope
        self.website_id, self.account_id = scope.website.pk, scope.account.pk
        self.collection = collection
        self.map = Mapper(scope, collection, stream)
        self.read_started = read_started
        self.personal = collection.scope == "contact"
        self.has_facts = collection.key == "orders"
        self.settle_seconds = 60.0 * scope.settings["orders.settle_minutes"] if self.has_facts else 0.0
        self._standings: dict[tuple[Any, ...], Standing] = {}
        #: Orders that may be settling were placed within these; asking that of each by its time would cost far more.
        self.settles_between = [instant_of(read_started + sign * self.settle_seconds) for sign in (-1, 1)]

    def draft(self, rows: Sequence[Any], taken: frozenset[str] = frozenset()) -> Draft:
        """The draft of these rows; reads the ledger, writes nothing."""
        draft = Draft(read_started=self.read_started)
        mapped = [self.map(row) for row in rows]
        if self.has_facts:
            draft.known_facts = facts.known_facts(self.website_id, [item.source_id for item in mapped])
        gates = self._gates(mapped, draft) if self.personal else [NOBODY] * len(mapped)
        places = [(item.scope, item.source_id) for item in mapped]
        held = records.known(self.collection.table, self.website_id, places)
        for item, gate, place in zip(mapped, gates, places, strict=True):
            self._place(draft, item, held.get(place), gate, taken)
        return draft

    def _gates(self, mapped: Sequence[Mapped], draft: Draft) -> list[Gate]:
        """Who each record belongs to: the contact of its customer id, else of its address."""
        addresses = {item.address for item in mapped if item.address}
        by_customer = people.by_customer(self.website_id, list({item.customer_id for item in mapped} - {""}))
        by_guest = people.by_guest(self.website_id, list(addresses))
        by_email = people.by_email(self.account_id, list(addresses - by_guest.keys()))
        gates: list[Gate] = []
        for item in mapped:
            customer_id, address = item.customer_id, item.address
            if customer_id:
                person = by_customer.get(customer_id)
            else:
                person = by_guest.get(address) or by_email.get(address)
                if self.has_facts and address and address not in by_guest:
                    draft.guests[address] = item.email
            gates.append(NOBODY if item.error else gate_of(person, customer_id, creates=self.has_facts))
        return gates

    def _place(self, draft: Draft, item: Mapped, known: Known | None, gate: Gate, taken: frozenset[str]) -> None:
        """Puts the record where it belongs: on its way, among those that wait or are refused, or nowhere new."""
        person, key = gate.person, item.key
        owner_id = None if person is None else person.id
        if item.order_fact is not None:
            draft.note_facts(item.source_id, owner_id, item.address, item.order_fact, item.updated_at)
        elif item.product_fact is not None:
            draft.product_facts.append(item.product_fact)
        # Most records are new and nothing is said against them: they are not asked for each reason one by one.
        doubtful = known or item.rule or gate.state or item.error or item.fault or self.settle_seconds or key in taken
        if doubtful and (wait := self._wait(draft, item, known, gate, taken)) is not None:
            self._hold_back(draft, item, known, wait, taken)
            return
        digest = digest_of(item.body, owner_id or 0)
        if known is not None and known.digest == digest and self._is_current(known):
            draft.counts["unchanged"] += 1
            read_again = known.state == State.PENDING
            if read_again or (known.state == State.ACCEPTED and known.warned != bool(item.warnings)):
                draft.rows.append(self._row(item, key, gate, State.ACCEPTED, digest, None))
            return
        batch = draft.put(item.name, key, envelope(key, person, item.body))
        draft.counts["staged"] += 1
        draft.rows.append(self._row(item, key, gate, _STAGED, digest, batch))

    def _wait(self, draft: Draft, item: Mapped, known: Known | None, gate: Gate, taken: frozenset[str]) -> Gate | None:
        """What holds the record back, the strongest first; ``None`` if it may go now."""
        if item.error is not None:
            return refusal(item.error)
        person, rule = gate.person, item.rule
        if rule and (known is None or not known.held or self.collection.removes(rule)):
            removal = known is not None and known.held
            state, waits = (State.PENDING, WaitsFor.REMOVAL) if removal else (State.EXCLUDED, WaitsFor.NOTHING)
            return Gate(person, state, waits, rule)
        if self.settle_seconds and (until := self._settles_at(item, known)):
            draft.settling[item.source_id] = until
            return Gate(person, State.PENDING, WaitsFor.SETTLING)
        if self.personal and known is not None and _has_moved(known, gate):
            # Dotdigital refuses a key that stands at another contact (contract dotdigital-api §17.3): it goes there first.
            return Gate(person, State.PENDING, WaitsFor.REMOVAL, OWNER_CHANGED.id, OWNER_CHANGED.what)
        if gate.state:
            return gate
        if item.key in taken:
            return refusal(RecordError(KEY_TAKEN, f"The key is {item.key}.", field="key"), person)
        return None if item.fault is None else refusal(item.fault, person)

    def _settles_at(self, item: Mapped, known: Known | None) -> float:
        """When a new order may go; 0.0 for one that may go now. One dated far ahead does not wait for its date."""
        placed_at = item.order_fact.placed_at if item.order_fact else ""
        first, last = self.settles_between
        if not first <= placed_at <= last or (known is not None and (known.held or known.state != State.PENDING)):
            return 0.0
        placed = parse(placed_at).timestamp()
        return placed + self.settle_seconds if abs(self.read_started - placed) < self.settle_seconds else 0.0

    def _is_current(self, known: Known) -> bool:
        """Whether the same digest need not be sent again: on the road, taken, or refused under this mapping."""
        if known.state in (State.STAGED, State.ACCEPTED):
            return True
        if (known.state, known.waits_for) == (State.PENDING, WaitsFor.READ):
            return known.taken == known.digest
        return known.state == State.REJECTED and known.mapping_version == self.scope.mapping_version

    def _hold_back(self, draft: Draft, item: Mapped, known: Known | None, gate: Gate, taken: frozenset[str]) -> None:
        """Notes a record that does not go now. One that stands like that already is left untouched."""
        if known is not None and (known.state, known.waits_for, known.code) == (gate.state, gate.waits_for, gate.code):
            draft.counts["unchanged"] += 1
            return
        draft.counts[gate.waits_for or gate.state] += 1
        key = item.key
        if item.error is not None:
            key = f"{item.source_id}?{self.website_id}"
        elif key in taken:
            key = f"{key}?{self.website_id}:{item.source_id}"
        draft.rows.append(self._row(item, key, gate, gate.state, None, None))

    def _row(
        self, item: Mapped, key: str, gate: Gate, state: str, digest: bytes | None, batch: int | None
    ) -> RecordRow:
        # All of a batch are of one collection and stand alike.
        how: tuple[Any, ...] = (item.scope, batch)
        if batch is None:
            how = (item.name, item.scope, state, gate.waits_for, gate.code, gate.detail)
        standing = self._standings.get(how)
        if standing is None:
            standing = self._standings[how] = Standing(
                self.website_id,
                self.account_id,
                item.name,
                item.scope,
                self.read_started,
                self.scope.mapping_version,
                state,
                gate.waits_for,
                gate.code,
                gate.detail,
                batch,
            )
        return RecordRow(
            standing,
            item.source_id,
            key,
            None if gate.person is None else gate.person.id,
            item.updated_at,
            "" if digest is None else item.warnings,
            digest,
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
        return b'{"key":%b,"json":%b}' % (_encode(key), document)
    return b'{"key":%b,"contactIdentity":{"identifier":"email","value":%b},"json":%b}' % (
        _encode(key),
        _encode(person.email),
        document,
    )
