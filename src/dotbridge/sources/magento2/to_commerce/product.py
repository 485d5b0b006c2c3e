"""Products as a store view shows them (magento2-data §3.5, behaviour §6.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from dotbridge.commerce.clock import instant
from dotbridge.commerce.product import Category, Product
from dotbridge.commerce.site import Website
from dotbridge.sources.magento2.catalogue import CategoryName
from dotbridge.sources.magento2.families import Parent, child_ids, child_skus, images, value_of
from dotbridge.sources.magento2.labels import Attribute
from dotbridge.sources.magento2.sites import View
from dotbridge.sources.magento2.stock import Stock
from dotbridge.sources.magento2.to_commerce.prices import price_of, tier_prices
from dotbridge.sources.magento2.to_commerce.values import Json, extension, text

_VISIBILITY = {1: "none", 2: "catalog", 3: "search", 4: "both"}
_HIDDEN = 1


class Surroundings(NamedTuple):
    """What the products of one page and store view need besides themselves.

    By the database also ``paths``, the address of each product's page below the store view's, and ``with_tax``, which
    gives the price with tax of a price and a tax class.
    """

    website: Website
    view: View
    scope_id: str
    today: str
    image_role: str
    url_suffix: str
    brand: str
    codes: tuple[str, ...]
    websites: Mapping[str, str]
    groups: Mapping[str, str]
    sets: Mapping[str, str]
    attributes: Mapping[str, Attribute]
    categories: Mapping[str, CategoryName]
    parts_by_id: Mapping[str, Json]
    parts_by_sku: Mapping[str, Json]
    stocks: Mapping[str, Stock]
    paths: Mapping[str, str] = {}
    with_tax: Callable[[int, int], int] | None = None


def product(row: Json, parents: Sequence[Parent], around: Surroundings) -> Product:
    """A product in one scope.

    REST has no taxed prices: ``price_incl_tax`` is then ``None``. A product whose stock may not be read counts as in
    stock.
    """
    parts = parts_of(row, around)
    price = price_of(row, parts, around.today)
    stock = _stock(row, parts, around.stocks)
    taxed = partial(_taxed, row, parts, around)
    return Product(
        source_id=text(row["id"]),
        website_id=around.website.source_id,
        store_id=around.scope_id,
        sku=text(row.get("sku")),
        name=text(row.get("name")),
        type=text(row.get("type_id")),
        status="enabled" if row.get("status") == 1 else "disabled",
        visibility=_VISIBILITY.get(row.get("visibility", 0), "none"),
        currency=around.website.base_currency,
        created_at=instant(row.get("created_at")),
        updated_at=instant(row.get("updated_at")),
        price=price.regular,
        price_incl_tax=taxed(price.regular),
        special_price=price.special,
        special_price_incl_tax=taxed(price.special),
        stock=stock.quantity if stock else None,
        in_stock=stock.salable if stock else True,
        url=address(row, parents, around.view, around.url_suffix, around.paths),
        image_url=picture(row, parents, around.view, around.image_role),
        short_description=text(value_of(row, "short_description")),
        attribute_set=around.sets.get(text(row.get("attribute_set_id")), ""),
        brand=text(_labelled(row, around.brand, around.attributes)),
        categories=_categories(row, around),
        websites=_websites(row, around.websites),
        tier_prices=tier_prices(row, around.website.source_id, around.groups, taxed),
        parents=tuple([parent.id for parent in parents]),
        parent_type=parents[0].type if parents else "",
        attributes=_attributes(row, around),
    )


def parts_of(row: Json, around: Surroundings) -> list[Json]:
    """The children of a configurable, bundle or grouped product that the page's look-up found."""
    by_id = [around.parts_by_id.get(child) for child in child_ids(row)]
    by_sku = [around.parts_by_sku.get(sku) for sku in child_skus(row)]
    return [part for part in (*by_id, *by_sku) if part]


def page_url(url_key: str, view: View, suffix: str) -> str:
    """The page of a product by its key; REST does not tell rewrites (§3.5)."""
    return f"{view.store.base_url}{url_key}{suffix}" if url_key and view.store.base_url else ""


def picture_url(file: str, view: View) -> str:
    """Where the picture lies; "" without one."""
    return f"{view.media_url}catalog/product/{file.lstrip('/')}" if file and view.media_url else ""


def _taxed(row: Json, parts: Sequence[Json], around: Surroundings, price: int | None) -> int | None:
    """A price with tax; groups and bundles of dynamic price are taxed as their first part."""
    if price is None or around.with_tax is None:
        return None
    classes = [text(value_of(one, "tax_class_id")) for one in (row, *parts[:1])]
    return around.with_tax(price, int(next((found for found in classes if found.isdigit() and found != "0"), 0)))


def address(row: Json, parents: Sequence[Parent], view: View, suffix: str, paths: Mapping[str, str]) -> str:
    """Its own page; a product that is shown only as part of another leads there. ``paths`` are by product id."""
    shown = [(text(row["id"]), text(value_of(row, "url_key")))]
    if row.get("visibility") == _HIDDEN:
        shown = [(parent.id, parent.url_key) for parent in parents if parent.visible and parent.url_key] + shown
    product_id, url_key = shown[0]
    path = paths.get(product_id)
    return page_url(path, view, "") if path else page_url(url_key, view, suffix)


def picture(row: Json, parents: Sequence[Parent], view: View, role: str) -> str:
    """Its picture of a role; without one that of the first parent that has one."""
    candidates = [images(row), *[parent.images for parent in parents]]
    return picture_url(next((found[role] for found in candidates if found.get(role)), ""), view)


def _stock(row: Json, parts: Sequence[Json], stocks: Mapping[str, Stock]) -> Stock | None:
    """Its own stock; of a composite the sum of its parts, unless the merchant took it out of stock as a whole."""
    own = stocks.get(text(row.get("sku")))
    if row.get("type_id") not in {"configurable", "bundle", "grouped"}:
        return own
    held = [stocks[text(part.get("sku"))] for part in parts if text(part.get("sku")) in stocks]
    if not held:
        return None
    counted = [stock.quantity for stock in held if stock.quantity is not None]
    salable = any([stock.salable for stock in held]) and (own is None or own.salable)
    return Stock(sum(counted) if counted else None, salable)


def _categories(row: Json, around: Surroundings) -> tuple[Category, ...]:
    """Those below the store's root, which itself is not shown; by id, since the shop gives them in no sure order."""
    found = []
    linked = {text(link.get("category_id")) for link in extension(row).get("category_links") or ()}
    for category_id in sorted(linked, key=lambda each: (len(each), each)):
        category = around.categories.get(category_id)
        root = around.view.root_category
        if category and category_id != root and (not root or root in category.path):
            found.append(Category(category_id, category.name))
    return tuple(found)


def _websites(row: Json, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    ids = [text(website_id) for website_id in extension(row).get("website_ids") or ()]
    return tuple([(website_id, names[website_id]) for website_id in ids if website_id in names])


def _attributes(row: Json, around: Surroundings) -> dict[str, Any]:
    found = {code: _labelled(row, code, around.attributes) for code in around.codes}
    return {code: value for code, value in found.items() if value not in (None, "", [])}


def _labelled(row: Json, code: str, attributes: Mapping[str, Attribute]) -> Any:
    value = row.get(code) if code in row else value_of(row, code)
    known = attributes.get(code)
    return known.text(value) if known and value is not None else value
