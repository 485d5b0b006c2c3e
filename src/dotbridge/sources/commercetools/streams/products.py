"""Products of a project as a profile shows them: a record for each variant, once per store view or once for all.

``/products`` is read instead of the projections: it also tells of products that are not for sale any more, and one page
serves every store view, since embedded prices are selected here. For standalone prices the platform selects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from dotbridge.commerce import clock
from dotbridge.commerce.product import Product
from dotbridge.commerce.site import Website
from dotbridge.sources.base import Cursor, Page, chunks
from dotbridge.sources.commercetools.assortment import Offered, offered
from dotbridge.sources.commercetools.client import MOST, Ask, Json, optional
from dotbridge.sources.commercetools.predicates import any_of, between, one_of
from dotbridge.sources.commercetools.profiles import Profile, View
from dotbridge.sources.commercetools.streams.windows import IDS_PER_QUERY, Found, Track, WindowStream
from dotbridge.sources.commercetools.tailoring import RESOURCE, TAILORED, as_shown, product_of
from dotbridge.sources.commercetools.to_commerce.product import Around, Chosen, current, product, record_id, variants_of

_BY_SKU = "masterData(current(masterVariant({0}) or variants({0})))"
#: Messages of a product selection that name the product whose place in it has changed.
SELECTED = (
    *("ProductSelectionProductAdded", "ProductSelectionProductRemoved", "ProductSelectionProductExcluded"),
    *("ProductSelectionVariantSelectionChanged", "ProductSelectionVariantExclusionChanged"),
)
_PRODUCT_ID = 36  # characters of a product's id, before the number of a variant


class ProductRow(NamedTuple):
    """A record's worth of a product in one store view; ``around`` is shared by the page's products there."""

    chosen: Chosen
    around: Around


class Products(WindowStream[Product]):
    """A page costs one call, one per 100 skus for stock, and per store view one for what its store shows otherwise.

    Where prices are standalone ones it costs one more per store view, and one where a store selects products.
    """

    name: ClassVar[str] = "products"
    resource: ClassVar[str] = "products"
    most: ClassVar[int] = 100
    compare_every: ClassVar[int] = 3600
    compare_why: ClassVar[str] = (
        "Names of categories, product discounts, the end of a standalone price and a store's choice of selections do not"
        " move a product's lastModifiedAt."
        " One call per 100 products, one per 100 skus for stock, and one per store for its tailoring."
    )

    def scope(self, profile: Profile) -> tuple[str, ...]:  # noqa: ARG002 - what a profile does not offer is left out later
        return ()

    def tracks(self, profile: Profile) -> tuple[Track, ...]:
        def by_sku(items: Sequence[Json]) -> Found:
            skus = [str(item["sku"]) for item in items if item.get("sku")]
            return self.matching(profile, "sku", skus, _BY_SKU), ()

        def emptied(messages: Sequence[Json]) -> Found:
            return by_sku([{**(one.get("resourceUserProvidedIdentifiers") or {}), **one} for one in messages])

        def named(items: Sequence[Json]) -> Found:
            return self.held(profile, [product_of(one) for one in items]), ()

        in_stores = any(view.key for view in self._views(profile))

        def everything(items: Sequence[Json]) -> Found:
            return items, ()

        return (
            Track("inventory", by_sku),
            Track("standalone-prices", by_sku),
            Track("products", everything, moment=_price_begins_or_ends, unsure=True),
            self.messages("product", ("ProductDeleted",), self._deleted(profile)),
            self.messages("inventory-entry", ("InventoryEntryDeleted",), emptied),
            self.messages("product-selection", SELECTED, named),
            *([Track(RESOURCE, named), self.messages(RESOURCE, TAILORED, named)] if in_stores else ()),
        )

    def read(self, website: Website, cursor: Cursor, limit: int) -> Page[Product]:
        """At most ``limit`` records, but all store views and variants of a product together."""
        views = len(self._views(self._project.profile(website.source_id)))
        return super().read(website, cursor, max(1, limit // views))

    def fetch(self, website: Website, ids: Sequence[str]) -> Sequence[ProductRow]:
        """Ids of records or, from events, of whole products or of what moves them."""
        wanted = {one for one in ids if "/" not in one}
        asked = {one[:_PRODUCT_ID] for one in wanted}
        rows = super().fetch(website, [*sorted(asked), *[one for one in ids if "/" in one]])
        return [row for row in rows if self._is_wanted(row, wanted, asked)]

    def ids(self, website: Website, after: str, limit: int) -> Sequence[str]:
        profile = self._project.profile(website.source_id)
        found: list[str] = []
        last, more = after[:_PRODUCT_ID], True
        while more and len(found) < limit:
            listing = self._project.api.page(self.resource, Ask((), self.most), last)
            for item in listing.items:
                found += [record_id(one, profile) for one in _chosen(current(item), profile)]
                last = str(item["id"])
            more = listing.more
        return found

    def count(self, website: Website) -> int | None:
        return super().count(website) if self._project.profile(website.source_id).granularity == "product" else None

    def rows(self, profile: Profile, items: Sequence[Json]) -> Sequence[ProductRow]:
        if not items:
            return []
        shown = {str(item["id"]): current(item) for item in items}
        stock = self._stock([str(one.get("sku") or "") for row in shown.values() for one in variants_of(row)])
        rows: list[ProductRow] = []
        per_store = self._per_store()
        for view in self._views(profile):
            around = self._around(profile, view, view.store.source_id if per_store else "", stock)
            selected = as_shown(self._project, view, self._selected(view, shown))
            there = offered(self._project, (view,) if per_store else profile.views, selected)
            rows += [ProductRow(one, around) for row in selected.values() for one in _chosen(row, profile, there)]
        order = {key: place for place, key in enumerate(shown)}
        return sorted(rows, key=lambda row: order[str(row.chosen.product["id"])])

    def item(self, row: ProductRow) -> Json:
        return row.chosen.product

    def identify(self, row: ProductRow) -> tuple[str, str]:
        return record_id(row.chosen, row.around.profile), clock.instant(row.chosen.product.get("lastModifiedAt"))

    def understand(self, row: Any) -> Product:
        return product(row.chosen, row.around)

    def _is_wanted(self, row: ProductRow, wanted: set[str], asked: set[str]) -> bool:
        """Of a product that was asked for by a variant, that variant; of one that something moved, all."""
        product_id = str(row.chosen.product["id"])
        return product_id not in asked or bool(wanted & {product_id, self.identify(row)[0]})

    def _per_store(self) -> bool:
        return bool(self._project.setting("catalog.level", "default") == "store")

    def _views(self, profile: Profile) -> Sequence[View]:
        return profile.views if self._per_store() else (profile.first,)

    def _around(self, profile: Profile, view: View, scope_id: str, stock: Any) -> Around:
        setting = self._project.setting
        return Around(
            profile=profile,
            view=view,
            scope_id=scope_id,
            now=self._project.api.now(),
            categories=self._project.categories(),
            stock=stock,
            brand=str(setting("catalog.brand_attribute", "")),
            codes=tuple(setting("catalog.attributes", ())),
            image_label=str(setting("image_label", "")),
        )

    def _selected(self, view: View, shown: Mapping[str, Json]) -> Mapping[str, Json]:
        """The products with the prices that the platform selects, where it keeps them apart from the products."""
        apart = [key for key, row in shown.items() if row.get("priceMode") == "Standalone" and row.get("published")]
        if not apart or not view.currency:
            return shown
        chosen = (
            ("priceCurrency", view.currency),
            ("priceCountry", view.country),
            ("priceChannel", view.channel),
            ("priceCustomerGroup", view.group),
        )
        more = tuple([(name, value) for name, value in chosen if value])
        priced = self._project.by_id("product-projections", apart, more=more)
        return {key: {**row, **priced.get(key, {})} for key, row in shown.items()}

    def _stock(self, skus: Iterable[str]) -> Mapping[str, Mapping[str, int]] | None:
        """Available quantity by sku and supply channel; ``None`` where the inventory may not be read."""
        found: dict[str, dict[str, int]] = {}
        for part in chunks(sorted({sku for sku in skus if sku}), IDS_PER_QUERY):
            ask = Ask((one_of("sku", part),), MOST)
            entries = optional(lambda ask=ask: list(self._project.api.every("inventory", ask)))  # type: ignore[misc]
            if entries is None:
                return None
            for entry in entries:
                channel = str((entry.get("supplyChannel") or {}).get("id") or "")
                held = found.setdefault(str(entry.get("sku") or ""), {})
                held[channel] = held.get(channel, 0) + max(0, int(entry.get("availableQuantity") or 0))
        return found

    def _deleted(self, profile: Profile) -> Any:
        """Follows messages of deletions: the variants that they name, where the product is gone indeed."""

        def follow(messages: Sequence[Json]) -> Found:
            named = {str(message["resource"]["id"]): message.get("currentProjection") or {} for message in messages}
            held = self.held(profile, list(named))
            left = {key: row for key, row in named.items() if key not in {str(one["id"]) for one in held}}
            gone = [
                record_id(one, profile) for key, row in left.items() for one in _chosen({**row, "id": key}, profile)
            ]
            return held, gone

        return follow


def _chosen(row: Json, profile: Profile, there: Offered | None = None) -> list[Chosen]:
    """The records that a product makes: one per variant, or one of all that are offered."""
    variants = variants_of(row)
    numbers = {int(one["id"]) for one in variants} if there is None else there.get(str(row["id"]), frozenset())
    if profile.granularity == "variant":
        return [Chosen(row, (variant,), variant["id"] in numbers) for variant in variants]
    master = row.get("masterVariant") or {}
    first = sorted(variants, key=lambda one: one.get("id") != master.get("id"))
    shown = [one for one in first if one["id"] in numbers]
    return [Chosen(row, tuple(shown or first), bool(shown))] if first else []


def _price_begins_or_ends(since: str, until: str) -> str:
    """Some embedded price came or went within the window, which moves nothing else of its product."""
    moved = any_of(f"({between('validFrom', since, until)})", f"({between('validUntil', since, until)})")
    return f"masterData(current(masterVariant(prices{moved}) or variants(prices{moved})))"
