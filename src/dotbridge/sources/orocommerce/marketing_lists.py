"""Marketing lists and their members (§1.11, 7.6); only the database holds them, and members only of static lists.

Members of a static list are the snapshot of its segment, without what was removed from the list or unsubscribed in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dotbridge.errors import ConfigError
from dotbridge.sources.orocommerce.by_sql.schema import Schema, text
from dotbridge.sources.orocommerce.codes import LIST_DYNAMIC

_PRIMARY = (
    "(SELECT e.email FROM orocrm_contact_email e WHERE e.owner_id = m.id ORDER BY e.is_primary DESC NULLS LAST, e.id"
    " LIMIT 1)"
)
#: Where the address of a member stands, by the end of the entity's class name.
_ADDRESS = {
    "CustomerUser": ("oro_customer_user", "m.email"),
    "Contact": ("orocrm_contact", _PRIMARY),
}


class MarketingList(NamedTuple):
    """A list; ``kind`` is static, dynamic or manual, ``entity`` the last part of its class."""

    id: str
    name: str
    kind: str
    entity: str
    readable: bool


class MarketingLists:
    """Lists of one Oro, read from its database."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def all(self) -> list[MarketingList]:
        """Every list, by id; ``readable`` says that its members can be read."""
        if not self._schema.has("orocrm_marketing_list"):
            return []
        rows = self._schema.database.query(
            f"SELECT l.id::text, l.name, {text('l.type')}, {text('l.entity')} FROM orocrm_marketing_list l ORDER BY l.id"
        )
        return [
            MarketingList(key, name, kind, _entity(entity), self._readable(kind, entity))
            for key, name, kind, entity in rows
        ]

    def members(self, list_id: str, after: int, limit: int) -> Sequence[tuple[int, str]]:
        """(entity id, e-mail as typed, "" for none) of the next members behind ``after``; raises ConfigError LIST_DYNAMIC."""
        rows = self._schema.database.query(
            f"SELECT l.segment_id, {text('l.type')}, {text('l.entity')} FROM orocrm_marketing_list l WHERE l.id = %s",
            (int(list_id),),
        )
        if not rows:
            return ()
        segment, kind, entity = rows[0]
        if not self._readable(kind, entity):
            raise ConfigError(LIST_DYNAMIC, f"The list is {list_id}, its type {kind}, its entity {_entity(entity)}.")
        table, address = _ADDRESS[_entity(entity)]
        gone = "".join(
            [
                f" AND NOT EXISTS (SELECT 1 FROM {name} x WHERE x.marketing_list_id = %s AND x.entity_id = m.id)"
                for name in ("orocrm_ml_item_rm", "orocrm_ml_item_uns")
                if self._schema.has(name)
            ]
        )
        held = (
            ""
            if kind == "manual"
            else " JOIN oro_segment_snapshot s ON s.integer_entity_id = m.id AND s.segment_id = %s"
        )
        args = [*([] if kind == "manual" else [segment]), after, *[int(list_id)] * gone.count("%s"), limit]
        found = self._schema.database.query(
            f"SELECT m.id, COALESCE({address}, '') FROM {table} m{held} WHERE m.id > %s{gone} ORDER BY m.id LIMIT %s",
            args,
        )
        return [(row[0], row[1]) for row in found]

    def _readable(self, kind: str, entity: str) -> bool:
        known = _entity(entity) in _ADDRESS and self._schema.has(_ADDRESS[_entity(entity)][0])
        return known and (kind == "manual" or (kind == "static" and self._schema.has("oro_segment_snapshot")))


def _entity(name: str) -> str:
    return name.rpartition("\\")[2]
