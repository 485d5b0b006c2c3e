"""What a page of records becomes: rows to stage, bodies to store, figures to keep. Built outside any transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from dotbridge.collector.way import BY_JSON, Way
from dotbridge.commerce.facts import OrderFact, ProductFact
from dotbridge.ledger import bodies
from dotbridge.ledger.facts import KnownFact
from dotbridge.ledger.hot import BatchRow
from dotbridge.ledger.ids import new_batch_id
from dotbridge.ledger.records import RecordRow
from dotbridge.ledger.states import Lane

#: Dotdigital takes imports of at most 50 MB; a batch is closed well before that.
BATCH_BYTES = 20_000_000


@dataclass(slots=True)
class Parcel:
    """A batch in the making: the documents of one collection of Dotdigital."""

    collection: str
    way: Way = BY_JSON
    id: int = field(default_factory=new_batch_id)
    frames: list[tuple[str, bytes]] = field(default_factory=list)
    size: int = 0


class Figures(NamedTuple):
    """An order's figures that moved; ``address`` is its guest's, whose contact is made with them."""

    source_id: str
    contact_id: int | None
    address: str
    fact: OrderFact
    updated_at: str = ""


@dataclass(slots=True)
class Draft:
    """One page, understood and mapped."""

    rows: list[RecordRow] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    order_facts: list[Figures] = field(default_factory=list)
    known_facts: dict[str, KnownFact] = field(default_factory=dict)
    product_facts: list[ProductFact] = field(default_factory=list)
    guests: dict[str, str] = field(default_factory=dict)
    #: Orders that wait until their figures have settled, and when that is (epoch seconds).
    settling: dict[str, float] = field(default_factory=dict)
    dirty: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    read_started: float = 0.0
    found_by: Literal["live", "poll", "compare"] = "poll"
    _open: dict[str | tuple[str, Way], Parcel] = field(default_factory=dict)

    def note_facts(
        self, source_id: str, contact_id: int | None, address: str, fact: OrderFact, updated_at: str = ""
    ) -> None:
        """Takes an order's figures up where they or their owner changed; those people are then to be mapped again."""
        known = self.known_facts.get(source_id)
        if known is not None:
            # An address without a contact is a guest whom nobody knows yet.
            moved = known.contact_id != contact_id and (contact_id is not None or address != "")
            if known.digest == fact.digest and not moved:
                return
            if known.contact_id is not None:
                self.dirty.add(known.contact_id)
        if contact_id is not None:
            self.dirty.add(contact_id)
        self.order_facts.append(Figures(source_id, contact_id, address, fact, updated_at))

    def put(self, collection: str, key: str, document: bytes, way: Way = BY_JSON) -> int:
        """Adds a document to the collection's parcel of its way and gives the id of the batch that it goes with."""
        # Nearly all go as JSON, and a tuple in a tuple takes its time to be hashed.
        place = collection if way is BY_JSON else (collection, way)
        parcel = self._open.get(place)
        if parcel is None or parcel.size + len(document) > BATCH_BYTES:
            parcel = self._open[place] = Parcel(collection, way)
            self.parcels.append(parcel)
        parcel.frames.append((key, document))
        parcel.size += len(document)
        return parcel.id

    def store_bodies(self) -> dict[int, bodies.Stored]:
        """Writes and syncs the bodies. A body without a batch, should we die here, is swept later."""
        return {parcel.id: bodies.store(parcel.id, parcel.frames) for parcel in self.parcels}


class Road(NamedTuple):
    """Where the batches of a page go: the same for all its parcels."""

    account_id: int
    website_id: int | None
    kind: str
    record_table: str
    collection_scope: str = ""
    collection_type: str = ""
    lane: str = Lane.BULK
    priority: int = 50
    canary: int = 0

    def batch(self, parcel: Parcel, stored: bodies.Stored) -> BatchRow:
        """The row of one parcel's batch."""
        return BatchRow(
            parcel.id,
            self.account_id,
            self.website_id,
            self.kind,
            self.record_table,
            parcel.collection,
            self.collection_scope,
            self.collection_type,
            self.lane,
            self.priority,
            self.canary,
            stored.name,
            stored.sha256,
            len(parcel.frames),
            stored.size,
            transport=parcel.way.transport.value,
            legs=",".join(parcel.way.legs),
        )
