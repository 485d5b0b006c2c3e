"""What a store's product tailoring shows instead of the product's own words and images, and what a change of it moves."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.commerce import clock
from dotbridge.commerce.product import Product
from dotbridge.sources.base import Cursor
from dotbridge.sources.commercetools.events import decode
from dotbridge.sources.commercetools.source import Commercetools
from dotbridge.sources.commercetools.streams.products import Products
from dotbridge.sources.commercetools.tailoring import tailored
from support import commercetools_documents as documents
from support.commercetools_documents import tailoring, uid
from support.commercetools_server import CommercetoolsServer, Open
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation
from support.magento2_reading import first_pass, ids_of, pages

LONDON = {"profiles": {"uk": {"stores": ["london"]}}, "product_url": "https://shop.example/{store_key}/{slug}"}
OWN = {"name": {"en": "Wellingtons"}, "slug": {"en": "wellies"}, "description": {"en": "For rain."}}


@pytest.fixture
def shop(commercetools: CommercetoolsServer) -> CommercetoolsServer:
    """Products 1 to 3, and the stores London and Leeds."""
    commercetools.seed("product", *[documents.product(one, description={"en": "Boots."}) for one in (1, 2, 3)])
    commercetools.seed("store", documents.store(1, "london"), documents.store(2, "leeds"))
    return commercetools


def shown(open_project: Open, **settings: Any) -> dict[tuple[str, str], Product]:
    """The records by store view and sku."""
    project = open_project(**{**LONDON, **settings})
    stream = Products(project)
    (site,) = [one.website for one in project.profiles().values()]
    records = [stream.to_commerce(row) for row in first_pass(stream, site)]
    return {(one.store_id, one.sku): one for one in records}


def test_a_store_shows_its_own_words_and_the_products_own_for_the_rest(
    shop: CommercetoolsServer, open_project: Open
) -> None:
    shop.seed("product-tailoring", tailoring(1, "london", 1, **OWN), tailoring(2, "leeds", 2, name={"en": "Clogs"}))
    found = shown(open_project)
    one, two = found["", "SKU-1-1"], found["", "SKU-2-1"]
    assert (one.name, one.url, one.short_description) == (
        "Wellingtons",
        "https://shop.example/london/wellies",
        "For rain.",
    )
    assert one.image_url == "https://img.example/1.jpg"
    assert (two.name, two.short_description) == ("Boots 2", "Boots.")


def test_only_what_is_published_is_shown(shop: CommercetoolsServer, open_project: Open) -> None:
    shop.seed("product-tailoring", tailoring(1, "london", 1, published=False, **OWN))
    assert shown(open_project)["", "SKU-1-1"].name == "Boots 1"


def test_each_store_view_shows_its_own_where_the_catalog_is_per_store(
    shop: CommercetoolsServer, open_project: Open
) -> None:
    shop.seed("product-tailoring", tailoring(1, "london", 1, **OWN), tailoring(2, "leeds", 1, name={"en": "Clogs"}))
    both = {"profiles": {"uk": {"stores": ["london", "leeds"], "storeless": True}}, "catalog.level": "store"}
    found = {view: one.name for (view, sku), one in shown(open_project, **both).items() if sku == "SKU-1-1"}
    assert found == {".": "Boots 1", "london": "Wellingtons", "leeds": "Clogs"}


def test_a_page_asks_once_for_each_store_and_no_store_is_not_asked_about(
    shop: CommercetoolsServer, open_project: Open
) -> None:
    shop.seed("product", *[documents.product(one) for one in range(4, 251)])
    shop.asked()
    shown(open_project)
    reads = [call for call in shop.asked() if "/product-tailoring?" in call]
    assert len(reads) == 3
    shown(open_project, profiles={"all": {}})
    assert not [call for call in shop.asked() if "/product-tailoring?" in call]


def test_images_and_attributes_of_variants_are_tailored() -> None:
    image = {"url": "https://img.example/london.jpg"}
    colour, size, fit = ({"name": name, "value": name} for name in ("colour", "size", "fit"))
    other = {"name": "colour", "value": "claret"}
    product = {
        "name": {"en": "Boots", "de": "Stiefel"},
        "masterVariant": documents.variant(1, attributes=[colour, size]),
        "variants": [documents.variant(1, 2)],
        "attributes": [colour],
    }
    own = {"id": 1, "images": [image], "attributes": [other, fit]}
    found = tailored(product, {"name": {"en": "Wellingtons"}, "variants": [own], "attributes": [other]})
    assert found["name"] == {"en": "Wellingtons", "de": "Stiefel"}
    assert found["masterVariant"]["images"] == [image]
    assert found["masterVariant"]["attributes"] == [other, size, fit]
    assert found["variants"] == product["variants"]
    assert found["attributes"] == [other]
    assert tailored(product, {}) == product


def test_without_the_scope_products_speak_for_themselves_and_the_check_says_so(
    shop: CommercetoolsServer, open_project: Open
) -> None:
    shop.seed("product-tailoring", tailoring(1, "london", 1, **OWN))
    shop.fails("/product-tailoring", 403, '{"errors": [{"code": "insufficient_scope"}]}', times=9)
    assert shown(open_project)["", "SKU-1-1"].name == "Boots 1"
    source = Commercetools(shop.settings(**LONDON))
    found = {one.name: one for one in source.check()}["right:view_products:product-tailoring"]
    source.close()
    assert (found.state, found.todo) == ("missing", "Grant view_products.")
    assert "of the product itself in every store" in found.text


def _moved(open_project: Open) -> list[str]:
    project = open_project(**LONDON)
    stream = Products(project)
    (site,) = [one.website for one in project.profiles().values()]
    cursor = Cursor("changed", since=clock.before(clock.now(), 600))
    return ids_of(stream, [row for page in pages(stream, site, cursor, 100) for row in page.rows])


def test_a_poll_reads_the_product_of_a_changed_or_deleted_tailoring_alone(
    shop: CommercetoolsServer, open_project: Open
) -> None:
    at = clock.before(clock.now(), 5).removesuffix("Z") + ".000Z"
    shop.seed("product-tailoring", tailoring(1, "london", 1, **OWN))
    assert _moved(open_project) == []
    shop.seed("product-tailoring", {**tailoring(1, "london", 1, **OWN), "lastModifiedAt": at})
    assert _moved(open_project) == [f"{uid('product', 1)}-1"]
    shop.remove("product-tailoring", uid("tailoring", 1))
    product = {"typeId": "product", "id": uid("product", 3)}
    about = f"product-tailoring/{uid('tailoring', 3)}"
    message = documents.message(1, "ProductTailoringDeleted", about, at, product=product)
    shop.control("messages", [message])
    assert _moved(open_project) == [f"{uid('product', 3)}-1"]


@pytest.mark.parametrize("kind", ["Message", "ResourceUpdated", "ResourceDeleted"])
def test_an_event_of_a_tailoring_reads_its_product_again(
    shop: CommercetoolsServer, open_project: Open, kind: str
) -> None:
    shop.seed("product-tailoring", tailoring(1, "london", 1, **OWN))
    resource = f'"resource": {{"typeId": "product-tailoring", "id": "{uid("tailoring", 1)}"}}'
    product = f', "product": {{"typeId": "product", "id": "{uid("product", 1)}"}}' if kind == "Message" else ""
    told = f'{{"notificationType": "{kind}", "id": "1", "type": "ProductTailoringDeleted", {resource}{product}}}'
    (happened,) = decode({}, told.encode())
    assert (happened.stream, happened.deleted) == ("products", False)
    project = open_project(**LONDON)
    stream = Products(project)
    (site,) = [one.website for one in project.profiles().values()]
    assert [stream.to_commerce(row).name for row in stream.fetch(site, happened.ids)] == ["Wellingtons"]


def test_a_tailored_name_reaches_dotdigital_and_goes_again_with_the_tailoring(
    dotbridge: Installation, shop: CommercetoolsServer, sandbox: Sandbox
) -> None:
    shop.seed("product-tailoring", tailoring(1, "london", 1, **OWN))
    dotbridge.configuration["connections"]["shop"]["settings"].update(LONDON)
    dotbridge.configure(**{"catalog.level": "website"})

    def names() -> dict[str, str]:
        return {one["sku"]: one["name"] for one in sandbox.state()["insight"]["Catalog_uk"].values()}

    dotbridge.sync()
    assert names() == {"SKU-1-1": "Wellingtons", "SKU-2-1": "Boots 2", "SKU-3-1": "Boots 3"}
    shop.remove("product-tailoring", uid("tailoring", 1))
    dotbridge.sync(full=True)
    assert names() == {"SKU-1-1": "Boots 1", "SKU-2-1": "Boots 2", "SKU-3-1": "Boots 3"}
