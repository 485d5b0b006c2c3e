"""What moves a product without moving its lastModifiedAt, and which price, stock and address it shows where."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.commerce import clock
from dotbridge.errors import RecordError
from dotbridge.mapping import catalog
from dotbridge.mapping.base import Context
from dotbridge.mapping.settings import Settings
from dotbridge.sources.base import Cursor
from dotbridge.sources.commercetools.project import Project
from dotbridge.sources.commercetools.source import Commercetools
from dotbridge.sources.commercetools.streams.products import Products
from dotbridge.sources.commercetools.streams.reviews import Reviews
from support import commercetools_documents as documents
from support.commercetools_documents import money, uid
from support.commercetools_server import CommercetoolsServer, Open
from support.magento2_reading import drained, first_pass, ids_of, pages

ONE = f"{uid('product', 1)}-1"


def website(project: Project) -> Any:
    return next(iter(project.profiles().values())).website


def now(seconds: float = 0) -> str:
    return clock.before(clock.now(), seconds).removesuffix("Z") + ".000Z"


def recent(project: Project) -> tuple[list[str], list[str]]:
    """(ids that moved, ids that are gone) within the last ten minutes."""
    found = list(
        pages(Products(project), website(project), Cursor("changed", since=clock.before(clock.now(), 600)), 100)
    )
    rows = [row for page in found for row in page.rows]
    return ids_of(Products(project), rows), [one for page in found for one in page.gone]


def test_nothing_moves_without_a_cause(commercetools: CommercetoolsServer, open_project: Open) -> None:
    commercetools.seed("product", documents.product(1))
    commercetools.seed("inventory-entry", documents.stock(1, "SKU-1-1", 5))
    assert recent(open_project()) == ([], [])


def test_a_stock_entry_moves_its_product(commercetools: CommercetoolsServer, open_project: Open) -> None:
    commercetools.seed("product", documents.product(1), documents.product(2))
    commercetools.seed("inventory-entry", {**documents.stock(1, "SKU-1-1", 5), "lastModifiedAt": now(5)})
    assert recent(open_project()) == ([ONE], [])


def test_a_deleted_stock_entry_moves_its_product(commercetools: CommercetoolsServer, open_project: Open) -> None:
    commercetools.seed("product", documents.product(1), documents.product(2))
    about = f"inventory-entry/{uid('inventory', 1)}"
    gone = documents.message(1, "InventoryEntryDeleted", about, now(5), sku="SKU-1-1")
    commercetools.control("messages", [gone])
    assert recent(open_project()) == ([ONE], [])


@pytest.mark.parametrize("bound", ["validFrom", "validUntil"])
def test_a_price_that_begins_or_ends_moves_its_product(
    commercetools: CommercetoolsServer, open_project: Open, bound: str
) -> None:
    price = {"id": uid("price", 9), "value": money(999), bound: now(5)}
    variant = documents.variant(1)
    variant["prices"].append(price)
    commercetools.seed("product", documents.product(1, variant), documents.product(2))
    assert recent(open_project()) == ([ONE], [])


def test_a_standalone_price_moves_its_product_and_is_selected_by_the_platform(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    commercetools.seed("product", {**documents.product(1), "priceMode": "Standalone"}, documents.product(2))
    price = {**documents.base("standalone-price", 1, now(5)), "sku": "SKU-1-1", "value": money(1), "active": True}
    commercetools.seed("standalone-price", price)
    project = open_project()
    commercetools.asked()
    assert recent(project)[0] == [ONE]
    asked = [call for call in commercetools.asked() if "/product-projections?" in call]
    assert len(asked) == 1
    assert "priceCurrency=GBP" in asked[0]
    assert "priceCountry=GB" in asked[0]


def test_a_deleted_product_leaves_with_the_variants_that_its_message_names(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    shown = {"masterVariant": {"id": 1}, "variants": [{"id": 2}]}
    about = f"product/{uid('product', 1)}"
    commercetools.control("messages", [documents.message(1, "ProductDeleted", about, now(5), currentProjection=shown)])
    assert recent(open_project()) == ([], [f"{uid('product', 1)}-1", f"{uid('product', 1)}-2"])
    commercetools.seed("product", documents.product(1))
    assert recent(open_project()) == ([ONE], [])


def test_a_track_that_may_not_be_read_leaves_the_others(commercetools: CommercetoolsServer, open_project: Open) -> None:
    commercetools.seed("product", {**documents.product(1), "lastModifiedAt": now(5)})
    project = open_project()
    site = website(project)
    for path in ("/inventory", "/standalone-prices", "/messages"):
        commercetools.fails(path, 403, '{"errors": [{"code": "insufficient_scope"}]}', times=9)
    rows, _ = drained(Products(project), site, Cursor("changed", since=clock.before(clock.now(), 600)))
    assert ids_of(Products(project), rows) == [ONE]
    told = {"availableQuantity": 3, "channels": {"c": {"availableQuantity": 4}}}
    commercetools.seed("product", documents.product(1, documents.variant(1, availability=told)))
    (row,) = first_pass(Products(project), site)
    assert Products(project).to_commerce(row).stock == 30_000


def test_each_store_view_shows_its_own_price_and_words(commercetools: CommercetoolsServer, open_project: Open) -> None:
    stores = [
        {**documents.base("store", 1), "key": "uk", "languages": ["en"], "countries": [{"code": "GB"}]},
        {**documents.base("store", 2), "key": "dach", "languages": ["de"], "countries": [{"code": "DE"}]},
    ]
    commercetools.seed("store", *stores)
    prices = [{"value": money(1000), "country": "GB"}, {"value": money(900), "country": "DE"}]
    commercetools.seed("product", documents.product(1, documents.variant(1, prices=prices)))
    settings = {"profiles": {"all": {"stores": ["uk", "dach"]}}, "product_url": "https://shop.example/{locale}/{slug}"}
    project = open_project(**{"catalog.level": "store"}, **settings)
    stream = Products(project)
    shown = [stream.to_commerce(row) for row in first_pass(stream, website(project))]
    assert [(one.store_id, one.name, one.price, one.url) for one in shown] == [
        ("uk", "Boots 1", 100_000, "https://shop.example/en/boots-1"),
        ("dach", "Stiefel 1", 90_000, "https://shop.example/de/boots-1"),
    ]


@pytest.mark.parametrize(("currency", "digits", "shown"), [("JPY", 0, 1234.0), ("KWD", 3, 1.234), ("GBP", 2, 12.34)])
def test_prices_keep_the_digits_of_their_currency(
    commercetools: CommercetoolsServer, open_project: Open, currency: str, digits: int, shown: float
) -> None:
    prices = [{"value": money(1234, currency, digits)}]
    commercetools.seed("product", documents.product(1, documents.variant(1, prices=prices)))
    project = open_project(currency=currency, product_url="https://shop.example/{slug}")
    site = website(project)
    (row,) = first_pass(Products(project), site)
    context = Context(Settings(catalog_shape="exact", catalog_level="default"), site)
    document = catalog.COLLECTION.document(Products(project).to_commerce(row), context)
    assert (document["price"], document["Currency"]) == (shown, currency)


def test_a_modular_catalog_costs_the_products_alone(commercetools: CommercetoolsServer) -> None:
    commercetools.control("project", {**documents.PROJECT, "productCatalogModel": "Modular"})
    source = Commercetools(commercetools.settings())
    assert {one.name: one.state for one in source.check()}["catalog"] == "missing"
    assert "products" not in source.streams()
    source.close()


def test_a_broken_product_or_review_harms_itself_alone(commercetools: CommercetoolsServer, open_project: Open) -> None:
    nameless = documents.product(
        2, documents.variant(2, prices=[{"value": {"centAmount": "many", "currencyCode": "GBP"}}])
    )
    headless = documents.product(3, {"sku": "SKU-3-1"})
    commercetools.seed("product", documents.product(1), nameless, headless)
    commercetools.seed("customer", documents.customer(1))
    commercetools.seed(
        "review", documents.review(1, by=1), {**documents.review(2, by=1), "target": {"typeId": "product"}}
    )
    project = open_project()
    site = website(project)
    assert len(first_pass(Reviews(project), site)) == 2
    stream, fates = Products(project), []
    for row in first_pass(stream, site):
        try:
            fates.append(stream.to_commerce(row).sku)
        except RecordError as error:
            fates.append(error.code.id)
    assert sorted(fates) == ["SKU-1-1", "SRC-ROW-BROKEN"]
