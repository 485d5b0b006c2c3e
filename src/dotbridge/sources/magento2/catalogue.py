"""What many records need of the catalogue and the customers' definitions, asked once and remembered for a while.

All of it is optional for the records: where the integration lacks the right, or the shop the route, records go without
labels, categories or group names, and the connection's check says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from dotbridge.sources.base import chunks
from dotbridge.sources.magento2.client import ALL, Rest, optional
from dotbridge.sources.magento2.criteria import Criteria, one_of
from dotbridge.sources.magento2.families import FIELDS, TYPES, Families
from dotbridge.sources.magento2.labels import Attribute, attribute
from dotbridge.sources.magento2.sites import View
from dotbridge.sources.memory import Memory

T = TypeVar("T")

_IDS = 100  # ids or skus in one query, which keeps its URL far below 8 KB (§1.2)


class CategoryName(NamedTuple):
    """A category in one store view's language; ``path`` holds the ids from the root down to itself."""

    name: str
    path: tuple[str, ...]


class Catalogue:
    """Look-ups around the records of one shop."""

    def __init__(self, rest: Rest, memory: Memory) -> None:
        self._rest = rest
        self._memory = memory

    def customer_groups(self) -> Mapping[str, str]:
        """Group code by id."""
        return self._recall(
            ("groups",), lambda: {str(row["id"]): row["code"] for row in self._rest.whole("customerGroups/search")}, {}
        )

    def customer_attributes(self) -> Mapping[str, Attribute]:
        """All customer attributes by code."""

        def look_up() -> dict[str, Attribute]:
            rows = self._rest.get("attributeMetadata/customer")
            return {found.code: found for found in map(attribute, rows)}

        return self._recall(("customer attributes",), look_up, {})

    def product_attributes(self, view: View | None, field: str, values: Iterable[str]) -> Mapping[str, Attribute]:
        """Product attributes by ``attribute_code`` or ``attribute_id``, labels in the language of the store view."""
        scope, store_id = (view.scope, view.store.source_id) if view else (ALL, "")
        wanted = tuple(sorted(set(values)))

        def look_up() -> dict[str, Attribute]:
            rows = self._rest.whole("products/attributes", one_of(field, wanted), scope=scope)
            found = [attribute(row, store_id) for row in rows]
            return {entry.code if field == "attribute_code" else entry.id: entry for entry in found}

        return self._recall(("product attributes", store_id, field, wanted), look_up, {}) if wanted else {}

    def attribute_sets(self) -> Mapping[str, str]:
        """Attribute set name by id."""

        def look_up() -> dict[str, str]:
            rows = self._rest.whole("products/attribute-sets/sets/list")
            return {str(row["attribute_set_id"]): row["attribute_set_name"] for row in rows}

        return self._recall(("attribute sets",), look_up, {})

    def categories(self, scope: str) -> Mapping[str, CategoryName]:
        """All active categories by id, named in the language of the scope."""

        def look_up() -> dict[str, CategoryName]:
            criteria = Criteria(size=300, fields="items[id,name,path,is_active],total_count")
            rows = self._rest.every("categories/list", criteria, scope=scope)
            return {
                str(row["id"]): CategoryName(row.get("name") or "", tuple(str(row.get("path") or "").split("/")))
                for row in rows
                if row.get("is_active", True)
            }

        return self._recall(("categories", scope), look_up, {})

    def families(self, scope: str) -> Families:
        """Parents by child, all that the shop has, as the store view shows them."""

        def look_up() -> Families:
            criteria = Criteria(((one_of("type_id", TYPES),),), size=_IDS, fields=FIELDS)
            return Families(self._rest.every("products", criteria, scope=scope))

        return self._recall(("families", scope), look_up, Families(()))

    def products(self, field: str, values: Sequence[str], *, scope: str = ALL, fields: str = "") -> list[Any]:
        """Products by ``entity_id`` or ``sku`` as the scope shows them; those that are gone are left out."""
        wanted = [value for value in dict.fromkeys(values) if value and "," not in value]

        rows: list[Any] = []
        for chunk in chunks(wanted, _IDS):
            criteria = Criteria(((one_of(field, chunk),),), size=_IDS, fields=fields)
            rows += self._rest.every("products", criteria, scope=scope)
        return rows

    def _recall(self, key: tuple[Any, ...], look_up: Callable[[], T], without: T) -> T:
        def tolerant() -> T:
            found = optional(look_up)
            return without if found is None else found

        return self._memory.recall(key, tolerant)
