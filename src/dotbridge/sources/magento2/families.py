"""Which configurable, bundle or grouped products a product is part of: REST only tells the other way (§3.5). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

_ROLES = frozenset({"image", "small_image", "thumbnail"})
TYPES = ("configurable", "grouped", "bundle")
FIELDS = (
    "items[id,sku,type_id,status,visibility,custom_attributes,media_gallery_entries[file,types,disabled],"
    "extension_attributes[configurable_product_links,bundle_product_options[product_links[sku]]],"
    "product_links[link_type,linked_product_sku]],total_count"
)
"""What is needed of a parent; the rest would be most of the answer."""

Json = Mapping[str, Any]


class Parent(NamedTuple):
    """A product that has parts: what a part may borrow from it."""

    id: str
    type: str
    visible: bool
    url_key: str
    images: Mapping[str, str]


class Families:
    """Parents by child. Configurables name their children by id, bundles and grouped products by sku."""

    def __init__(self, products: Iterable[Json]) -> None:
        self._by_id: dict[str, list[Parent]] = {}
        self._by_sku: dict[str, list[Parent]] = {}
        for product in products:
            parent = parent_of(product)
            for child_id in child_ids(product):
                self._by_id.setdefault(child_id, []).append(parent)
            for sku in child_skus(product):
                self._by_sku.setdefault(sku, []).append(parent)

    def parents(self, product: Json) -> tuple[Parent, ...]:
        """The parents of a product, sorted."""
        found = {parent.id: parent for parent in self._by_id.get(str(product["id"]), ())}
        found.update({parent.id: parent for parent in self._by_sku.get(product["sku"], ())})
        return sorted_parents(found.values())


def sorted_parents(parents: Iterable[Parent]) -> tuple[Parent, ...]:
    """Configurables first, then grouped products and bundles, each by id."""
    return tuple(sorted(parents, key=lambda parent: (TYPES.index(parent.type), int(parent.id))))


def child_ids(product: Json) -> list[str]:
    """The variants of a configurable."""
    links = (product.get("extension_attributes") or {}).get("configurable_product_links") or ()
    return [str(child) for child in links]


def child_skus(product: Json) -> list[str]:
    """The parts of a bundle or a grouped product, each once."""
    options = (product.get("extension_attributes") or {}).get("bundle_product_options") or ()
    skus = [link.get("sku") for option in options for link in option.get("product_links") or ()]
    skus += [
        link.get("linked_product_sku")
        for link in product.get("product_links") or ()
        if link.get("link_type") == "associated"
    ]
    return [sku for sku in dict.fromkeys(skus) if sku]


def images(product: Json) -> dict[str, str]:
    """Image file by role; ``no_selection`` means none, and the gallery fills in for a role without an attribute."""
    shown = [entry for entry in product.get("media_gallery_entries") or () if not entry.get("disabled")]
    roles = {role: entry.get("file") or "" for entry in reversed(shown) for role in entry.get("types") or ()}
    files = {entry.get("file") for entry in shown}
    for attribute in product.get("custom_attributes") or ():
        code, value = attribute.get("attribute_code"), attribute.get("value")
        if value == "no_selection":
            roles[code] = ""
        elif isinstance(value, str) and (value in files or code in _ROLES):
            roles[code] = value
    return {role: file for role, file in roles.items() if file}


def value_of(product: Json, code: str) -> Any:
    """The value of a custom attribute; ``None`` without one."""
    for attribute in product.get("custom_attributes") or ():
        if attribute.get("attribute_code") == code:
            return attribute.get("value")
    return None


def parent_of(product: Json) -> Parent:
    """What the parts of a product need to know of it."""
    return Parent(
        id=str(product["id"]),
        type=product["type_id"],
        visible=product.get("visibility") != 1 and product.get("status") == 1,
        url_key=str(value_of(product, "url_key") or ""),
        images=images(product),
    )
