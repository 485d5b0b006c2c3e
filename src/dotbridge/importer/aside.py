"""People of a file who go as JSON instead: v2 refuses their data, or its report leaves open what became of them.

Their documents become a batch of their own; it is the same document that a file is made of.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import orjson

from dotbridge.importer.split import child
from dotbridge.ledger import bodies, hot
from dotbridge.ledger.hot import BatchRow
from dotbridge.ledger.ids import new_batch_id
from dotbridge.ledger.models import EmailImporter
from dotbridge.mapping.contacts.document import begins_unsubscribed
from dotbridge.mapping.document import serialise


class Aside(NamedTuple):
    """A batch in the making, its body stored. One that is never hung up is swept."""

    row: BatchRow
    keys: list[str]


def set_aside(batch: EmailImporter, frames: Mapping[str, bytes], unsubscribed: Collection[str]) -> Aside | None:
    """Stores these documents of the batch for an import of their own; ``None`` for none.

    The ``unsubscribed`` among them must not be made mailable, should Dotdigital have lost them by then.
    """
    if not frames:
        return None
    number = new_batch_id()
    stored = bodies.store(
        number, [(key, _closed(body) if key in unsubscribed else body) for key, body in frames.items()]
    )
    return Aside(child(batch, number, len(frames), stored), list(frames))


def hang_up(batch: EmailImporter, aside: Aside) -> None:
    """Queues them, and moves their rows over; one that is no longer in the batch stays where it is."""
    hot.insert_batch(aside.row)
    hot.rehang(batch.record_table, batch.pk, aside.row.id, aside.keys)


def _closed(body: bytes) -> bytes:
    return serialise(begins_unsubscribed(orjson.loads(body)))
