"""Option labels instead of option ids, for attributes of customers and products (magento2-data §3.1, 3.5). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

_MANY = frozenset({"multiselect", "checkbox", "checkboxes"})
_ONE = frozenset({"select", "radio", "swatch_visual", "swatch_text"})


class Attribute(NamedTuple):
    """An attribute as the shop defines it: what is entered, and the label of each option id."""

    id: str
    code: str
    label: str
    input: str
    options: Mapping[str, str]

    def text(self, value: Any) -> Any:
        """The value as people read it: labels of a choice, several joined by commas; others as the shop stores them.

        An option that no longer exists has no label and is left out; a choice of only such options is "". A date is
        kept with a time of midnight that means nothing.
        """
        if self.input == "date":
            return str(value)[:10]
        if self.input in _ONE:
            return self.options.get(str(value), "")
        if self.input in _MANY:
            ids = value if isinstance(value, list) else str(value).split(",")
            return ",".join([self.options[str(one)] for one in ids if str(one) in self.options])
        return value


def attribute(row: Mapping[str, Any], store_id: str = "") -> Attribute:
    """From ``attributeMetadata/customer`` or ``products/attributes``, named as the store view names it."""
    own = {str(entry.get("store_id")): entry.get("label") for entry in row.get("frontend_labels") or ()}
    return Attribute(
        id=str(row.get("attribute_id", "")),
        code=str(row.get("attribute_code", "")),
        label=own.get(store_id) or row.get("default_frontend_label") or row.get("frontend_label") or "",
        input=row.get("frontend_input") or "",
        options=dict(_options(row.get("options") or ())),
    )


def _options(rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    """(id, label) of all options; some selects nest theirs in groups."""
    for row in rows:
        if nested := row.get("options"):
            yield from _options(nested)
        elif value := str(row.get("value") or ""):
            yield value, str(row.get("label") or "").strip()
