"""Definitions and option labels of the product attributes (``products/attributes``); labels follow the language."""

from __future__ import annotations

from dotbridge.sandbox.northwind.amounts import Document
from dotbridge.sandbox.northwind.catalogue import words

_TABLE = "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Table"
_BACKEND = "Magento\\Catalog\\Model\\Product\\Attribute\\Backend\\Price"
_ARRAY = "Magento\\Eav\\Model\\Entity\\Attribute\\Backend\\ArrayBackend"
COLOUR_ID, SIZE_ID = 93, 144

_DEFINED: tuple[tuple[int, str, str, str, str, str, Document], ...] = (
    # id, code, label, input, backend type, scope, further members
    (81, "cost", "Cost", "price", "decimal", "website", {"backend_model": _BACKEND}),
    (COLOUR_ID, "color", "Colour", "select", "int", "global", {"source_model": _TABLE}),
    (143, "brand", "Brand", "select", "int", "global", {"source_model": _TABLE}),
    (SIZE_ID, "size", "Size", "select", "int", "global", {"source_model": _TABLE}),
    (145, "material", "Material", "multiselect", "text", "store", {"source_model": _TABLE, "backend_model": _ARRAY}),
    (147, "launch_date", "Launch date", "date", "datetime", "store", {}),
    (148, "eco_friendly", "Eco friendly", "boolean", "int", "global", {}),
)


def options(code: str, store_id: int) -> list[Document] | None:
    """Option value → label in the language of the store view, or None for an attribute that does not exist."""
    spanish = store_id == 4
    labels: dict[str, str] | None = {
        "color": {value: names[spanish] for value, names in words.COLOURS.items()},
        "size": words.SIZES,
        "brand": words.BRANDS,
        "material": words.SPANISH_MATERIALS if spanish else words.MATERIALS,
        "eco_friendly": {"1": "Yes", "0": "No"},
        "cost": {},
        "launch_date": {},
    }.get(code)
    if labels is None:
        return None
    listed = [{"label": label, "value": value} for value, label in labels.items()]
    return [{"label": " ", "value": ""}, *listed] if code in {"color", "size", "brand", "material"} else listed


def every(store_id: int) -> list[Document]:
    return [_definition(*row, store_id=store_id) for row in _DEFINED]


def _definition(
    attribute_id: int, code: str, label: str, kind: str, backend: str, scope: str, more: Document, *, store_id: int
) -> Document:
    select = kind in {"select", "multiselect"}
    return {
        "is_wysiwyg_enabled": False,
        "is_html_allowed_on_front": False,
        "used_for_sort_by": False,
        "is_filterable": select,
        "is_filterable_in_search": False,
        "is_used_in_grid": code == "cost",
        "is_visible_in_grid": False,
        "is_filterable_in_grid": code == "cost",
        "position": 0,
        "apply_to": ["simple", "virtual", "downloadable"] if code == "cost" else [],
        "is_searchable": "1" if select else "0",
        "is_visible_in_advanced_search": "0",
        "is_comparable": "1" if select else "0",
        "is_used_for_promo_rules": "0",
        "is_visible_on_front": "1" if select else "0",
        "used_in_product_listing": "1" if select else "0",
        "is_visible": True,
        "scope": scope,
        "attribute_id": attribute_id,
        "attribute_code": code,
        "frontend_input": kind,
        "entity_type_id": "4",
        "is_required": False,
        "options": options(code, store_id) or [],
        "is_user_defined": True,
        "default_frontend_label": label,
        "frontend_labels": [],
        "backend_type": backend,
        "is_unique": "0",
        "validation_rules": [],
        **more,
    }
