"""Attribute values as a shop shows them (contract magento1-data §3): by code, in a store view, labels instead of ids.

Attribute ids differ from shop to shop, so everything is found by code. A value of a store view wins over the default
one if its row exists, also when it is NULL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from dotbridge.commerce.notice import Notice
from dotbridge.sources.magento1.codes import OPTION_UNKNOWN
from dotbridge.sources.magento1.schema import READ
from dotbridge.sources.mysql import integers
from dotbridge.sources.mysql_drivers import Row
from dotbridge.sources.sql_schema import Schema, units

#: Values by (entity id, attribute code, store id); the store is 0 for entities without scopes.
Values: TypeAlias = dict[tuple[int, str, int], Any]

TABLE_SOURCE = ("", "eav/entity_attribute_source_table")
BOOLEAN_SOURCE = "eav/entity_attribute_source_boolean"

# Decimals as exact integers and times as text, so that no Decimal and no datetime object is made.
_READ_AS = {"decimal": units("v.value"), "datetime": "CAST(v.value AS CHAR)"}


class Attribute(NamedTuple):
    """One attribute; ``everywhere`` means that only its default value counts."""

    id: int
    code: str
    kind: str
    input: str
    source: str
    default: str
    everywhere: bool

    @property
    def has_options(self) -> bool:
        """Whether values are ids of the option table."""
        return self.input in ("select", "multiselect") and self.source in TABLE_SOURCE

    @property
    def is_boolean(self) -> bool:
        """Whether values are yes or no."""
        return self.input == "boolean" or self.source == BOOLEAN_SOURCE


class Entity:
    """The attributes of one kind of entity, and their values for some of them."""

    def __init__(self, schema: Schema, code: str) -> None:
        self._schema = schema
        self._code = code
        self._table = {"customer": "customer_entity", "customer_address": "customer_address_entity"}.get(
            code, f"{code}_entity"
        )
        self._labels: dict[str, dict[tuple[int, int], str]] = {}

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """All attributes by code."""
        attribute = self._schema.columns("eav_attribute", "a")
        entity_type = self._schema.columns("eav_entity_type", "e")
        scope = self._schema.columns("catalog_eav_attribute", "c")
        scoped = self._code.startswith("catalog_") and self._schema.has("catalog_eav_attribute")
        rows = self._schema.shop.query(
            f"SELECT a.attribute_id, a.attribute_code, a.backend_type, {attribute.text('frontend_input')},"
            f" {attribute.text('source_model')}, {attribute.text('default_value')},"
            f" {scope.number('is_global') if scoped else '0'} FROM {attribute.source} JOIN {entity_type.source}"
            " ON e.entity_type_id=a.entity_type_id"
            + (f" LEFT JOIN {scope.source} ON c.attribute_id=a.attribute_id" if scoped else "")
            + " WHERE e.entity_type_code=%s ORDER BY a.attribute_id",
            (self._code,),
        )
        return {row[1]: Attribute(row[0], row[1], row[2], row[3], row[4], row[5], row[6] == 1) for row in rows}

    def values(self, ids: Collection[int], codes: Iterable[str], stores: Sequence[int] = ()) -> Values:
        """Values of these entities and attributes; with ``stores``, the default (0) and these views.

        Texts and calendar times come as text, decimals in 1/10,000, NULL as ``None``; what has no row is absent.
        """
        found: Values = {}
        for names, rows in self._read(ids, codes, stores):
            found.update({(entity, names[attribute], store): value for entity, attribute, store, value in rows})
        return found

    def own_values(self, ids: Collection[int], codes: Iterable[str]) -> dict[int, dict[str, Any]]:
        """Values by entity and code, for entities without scopes; an entity without any is absent."""
        found: dict[int, dict[str, Any]] = defaultdict(dict)
        for names, rows in self._read(ids, codes, ()):
            for entity, attribute, _, value in rows:
                found[entity][names[attribute]] = value
        return dict(found)

    def _read(
        self, ids: Collection[int], codes: Iterable[str], stores: Sequence[int]
    ) -> Iterator[tuple[dict[int, str], Sequence[Row]]]:
        """For each table of values: codes by attribute id, and its rows (entity, attribute, store, value)."""
        wanted: dict[str, dict[int, str]] = {}
        for code in codes:
            attribute = self.attributes.get(code)
            if attribute is not None and attribute.kind != "static":
                wanted.setdefault(attribute.kind, {})[attribute.id] = code
        for kind, names in wanted.items() if ids else ():
            table = f"{self._table}_{kind}"
            if table not in READ or not self._schema.has(table):
                continue
            scope = "v.store_id" if "store_id" in READ[table].columns else "0"
            where = f" AND v.store_id IN ({integers([0, *stores])})" if scope != "0" else ""
            yield (
                names,
                self._schema.shop.query(
                    f"SELECT v.entity_id, v.attribute_id, {scope}, {_READ_AS.get(kind, 'v.value')}"
                    f" FROM {self._schema.shop.table(table)} v WHERE v.entity_id IN ({integers(ids)})"
                    f" AND v.attribute_id IN ({integers(names)}){where}"
                ),
            )

    def labels(self, code: str) -> dict[tuple[int, int], str]:
        """Labels by (option id, store id) of an attribute that has options."""
        if code not in self._labels:
            attribute = self.attributes[code]
            if not self._schema.has("eav_attribute_option", "eav_attribute_option_value"):
                return {}
            option, value = (self._schema.shop.table(f"eav_attribute_option{more}") for more in ("", "_value"))
            rows = self._schema.shop.query(
                f"SELECT v.option_id, v.store_id, v.value FROM {option} o JOIN {value} v ON v.option_id=o.option_id"
                " WHERE o.attribute_id=%s AND v.value<>''",
                (attribute.id,),
            )
            self._labels[code] = {(option_id, store_id): label for option_id, store_id, label in rows}
        return self._labels[code]

    def shown(self, code: str, value: Any, store_id: int) -> tuple[Any, Notice | None]:
        """The value as a person reads it, ``None`` where there is none, and what had to be left out.

        Labels of options in the view's language, several joined by comma; yes and no as bool; decimals and calendar
        dates as text.
        """
        attribute = self.attributes.get(code)
        if attribute is None:
            return value, None
        if value is None or value == "":
            value = attribute.default or None
            if value is None:
                return (False if attribute.is_boolean else None), None
        if attribute.is_boolean:
            return str(value) not in ("0", ""), None
        if attribute.has_options:
            return self._label(attribute, str(value), store_id)
        if attribute.input == "select" and attribute.kind == "int":
            # The labels of such an attribute are in the shop's code, which nobody can read from its tables.
            return None, _unknown(code, str(value))
        return _plain(attribute.kind, value), None

    def _label(self, attribute: Attribute, value: str, store_id: int) -> tuple[str | None, Notice | None]:
        labels = self.labels(attribute.code)
        names: list[str] = []
        missing: list[str] = []
        for each in filter(None, [part.strip() for part in value.split(",")]):
            option_id = int(each) if each.isascii() and each.isdigit() else -1
            name = labels.get((option_id, store_id)) or labels.get((option_id, 0))
            (names if name else missing).append(name or each)
        notice = _unknown(attribute.code, ",".join(missing)) if missing else None
        return ", ".join(names) or None, notice


def effective(values: Values, entity: int, code: str, store_id: int, everywhere: bool = False) -> Any:
    """The value that holds in a view: its own row if there is one, else the default; ``None`` where there is none."""
    own = (entity, code, store_id)
    if not everywhere and own in values:
        return values[own]
    return values.get((entity, code, 0))


def _unknown(code: str, value: str) -> Notice:
    return OPTION_UNKNOWN.id, code, f"{code} is option {value}, which has no label."


def _plain(kind: str, value: Any) -> Any:
    if kind == "decimal" and isinstance(value, int):
        sign, (whole, rest) = "-" if value < 0 else "", divmod(abs(value), 10_000)
        return f"{sign}{whole}" + (f".{rest:04d}".rstrip("0") if rest else "")
    if kind == "datetime":
        day, _, hour = str(value).partition(" ")
        return day if hour[:8] in ("", "00:00:00") else f"{day}T{hour[:8]}Z"
    return value
