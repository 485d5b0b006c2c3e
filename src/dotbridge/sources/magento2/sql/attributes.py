"""EAV values and their labels, in the shapes of REST (magento2-data §3.1, 3.5).

With content staging the catalogue's value tables hold the ``row_id`` of the version that holds now; callers give the
owning ids with the entity that each stands for, and only entity ids come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, TypeAlias

from dotbridge.sources.magento2.labels import Attribute
from dotbridge.sources.magento2.sql.schema import EAV_KINDS
from dotbridge.sources.mysql import integers
from dotbridge.sources.sql_schema import Schema

#: Text, ``None`` for NULL, by (entity id, attribute code, store id); the store is 0 for entities without scopes.
Values: TypeAlias = dict[tuple[int, str, int], str | None]

_CHOICES = frozenset({"select", "multiselect", "swatch_visual", "swatch_text"})
_TAX_CLASS = "Magento\\Tax\\Model\\TaxClass\\Source\\Product"
_BOOLEAN = frozenset(
    {
        "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Boolean",
        "Magento\\Catalog\\Model\\Product\\Attribute\\Source\\Boolean",
    }
)


class Definition(NamedTuple):
    """One attribute; ``everywhere`` means that only its default value counts."""

    id: int
    code: str
    kind: str
    input: str
    label: str
    source: str
    everywhere: bool


class Entity:
    """The attributes of one kind of entity, and their values for some of them."""

    def __init__(self, schema: Schema, code: str) -> None:
        self._schema = schema
        self._code = code
        self._table = "customer_entity" if code == "customer" else f"{code}_entity"

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """All attributes by code."""
        schema = self._schema
        a, e = schema.columns("eav_attribute", "a"), schema.columns("eav_entity_type", "e")
        c = schema.columns("catalog_eav_attribute", "c")
        scoped = self._code.startswith("catalog_") and schema.has("catalog_eav_attribute")
        rows = schema.shop.query(
            f"SELECT a.attribute_id, a.attribute_code, a.backend_type, {a.text('frontend_input')},"
            f" {a.text('frontend_label')}, {a.text('source_model')}, {c.number('is_global') if scoped else '0'}"
            f" FROM {a.source} JOIN {e.source} ON e.entity_type_id=a.entity_type_id"
            + (f" LEFT JOIN {c.source} ON c.attribute_id=a.attribute_id" if scoped else "")
            + " WHERE e.entity_type_code=%s ORDER BY a.attribute_id",
            (self._code,),
        )
        return {row[1]: Definition(row[0], row[1], row[2], row[3], row[4], row[5], row[6] == 1) for row in rows}

    def values(self, owners: Mapping[int, int], codes: Iterable[str], stores: Sequence[int] = ()) -> Values:
        """Values of these attributes for ``owners`` (entity by owning id); with ``stores`` the default and those."""
        wanted: dict[str, dict[int, str]] = {}
        for code in codes:
            known = self.definitions.get(code)
            if known is not None and known.kind in EAV_KINDS:
                wanted.setdefault(known.kind, {})[known.id] = code
        found: Values = {}
        for kind, names in wanted.items() if owners else ():
            table = f"{self._table}_{kind}"
            if not self._schema.has(table):
                continue
            columns = self._schema.found[table]
            owner = "row_id" if "row_id" in columns else "entity_id"
            store = "v.store_id" if "store_id" in columns else "0"
            where = f" AND v.store_id IN ({integers([0, *stores])})" if "store_id" in columns else ""
            rows = self._schema.shop.query(
                f"SELECT v.{owner}, v.attribute_id, {store}, CAST(v.value AS CHAR)"
                f" FROM {self._schema.shop.table(table)} v WHERE v.{owner} IN ({integers(owners)})"
                f" AND v.attribute_id IN ({integers(names)}){where}"
            )
            found.update({(owners[each], names[attribute], scope): value for each, attribute, scope, value in rows})
        return found

    def effective(self, values: Values, entity: int, code: str, store_id: int) -> str | None:
        """What holds in a view: its own row if there is one, also with NULL, else the default (§3.5)."""
        known = self.definitions.get(code)
        own = (entity, code, store_id)
        if own in values and not (known is not None and known.everywhere):
            return values[own]
        return values.get((entity, code, 0))

    def described(self, codes: Iterable[str], store_id: int = 0) -> dict[str, Attribute]:
        """Attributes as REST defines them, labels and options in the language of the store view."""
        known = [self.definitions[code] for code in codes if code in self.definitions]
        labels, options = self._labels(known, store_id), self._options(known, store_id)
        return {
            each.code: Attribute(
                str(each.id), each.code, labels.get(each.id) or each.label, each.input, options.get(each.id, {})
            )
            for each in known
        }

    def _labels(self, known: Sequence[Definition], store_id: int) -> dict[int, str]:
        if not store_id or not known or not self._schema.has("eav_attribute_label"):
            return {}
        rows = self._schema.shop.query(
            f"SELECT attribute_id, value FROM {self._schema.shop.table('eav_attribute_label')}"
            f" WHERE store_id=%s AND attribute_id IN ({integers([each.id for each in known])})",
            (store_id,),
        )
        return dict(rows)

    def _options(self, known: Sequence[Definition], store_id: int) -> dict[int, dict[str, str]]:
        chosen = [each for each in known if each.input in _CHOICES]
        found: dict[int, dict[str, str]] = {each.id: {} for each in chosen}
        for each in chosen:
            if each.source in _BOOLEAN:
                found[each.id] = {"1": "Yes", "0": "No"}
            elif each.source == _TAX_CLASS:
                found[each.id] = self._tax_classes()
        schema = self._schema
        if chosen and schema.has("eav_attribute_option", "eav_attribute_option_value"):
            option, value = (schema.shop.table(f"eav_attribute_option{more}") for more in ("", "_value"))
            rows = schema.shop.query(
                f"SELECT o.attribute_id, CAST(o.option_id AS CHAR), IFNULL(v.value,'') FROM {option} o"
                f" JOIN {value} v ON v.option_id=o.option_id WHERE v.store_id IN ({integers([0, store_id])})"
                f" AND o.attribute_id IN ({integers(found)}) ORDER BY v.store_id"
            )
            for attribute_id, option_id, label in rows:
                if label or option_id not in found[attribute_id]:
                    found[attribute_id][option_id] = label.strip()
        return found

    def _tax_classes(self) -> dict[str, str]:
        if not self._schema.has("tax_class"):
            return {}
        rows = self._schema.shop.query(
            f"SELECT CAST(class_id AS CHAR), class_name FROM {self._schema.shop.table('tax_class')}"
        )
        return {"0": "None", **dict(rows)}
