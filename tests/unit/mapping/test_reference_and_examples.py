"""The reference page says what the code sends, and our documents have the shape of the contract's examples."""

from __future__ import annotations

import os
from pathlib import Path

import orjson
import pytest
from northwind_records import cart, context, line, order, product, review, wishlist

from dotbridge.mapping.reference import pages
from dotbridge.mapping.registry import COLLECTIONS

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("DOTBRIDGE_SHARED", ROOT.parent / "shared"))
EXAMPLES = SHARED / "contracts" / "examples" / "dotdigital"


@pytest.mark.parametrize(("name", "page"), pages().items())
def test_the_reference_page_is_what_the_code_writes(name, page):
    assert (ROOT / "docs" / "reference" / name).read_text() == page


def test_a_collection_is_registered_under_its_key_in_the_order_of_sending():
    assert [collection.key for collection in COLLECTIONS.values()] == list(COLLECTIONS)
    assert list(COLLECTIONS) == ["carts", "orders", "wishlists", "reviews", "catalog"]


def test_a_contacts_record_names_its_person_and_a_product_nobody():
    assert COLLECTIONS["orders"].email(order()) == "Mara.Lind@example.com"
    assert COLLECTIONS["orders"].customer_id(order(customer_id="")) == ""
    assert COLLECTIONS["orders"].document_key(order()) == "000000317"
    assert (COLLECTIONS["catalog"].email(product()), COLLECTIONS["catalog"].customer_id(product())) == ("", "")


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the contract's examples are not here (DOTBRIDGE_SHARED)")
@pytest.mark.parametrize(
    ("file", "key", "record"),
    [
        ("built_record_Orders_magento2.json", "orders", order(lines=(line(product_id="881"),))),
        ("built_PUT_insightData-v3-contacts-email-CartInsight-recordId__request.json", "carts", cart()),
        ("built_record_Catalog_magento2.json", "catalog", product(websites=(("1", "Nordic"),))),
        ("built_record_Wishlist_magento2.json", "wishlists", wishlist()),
        ("built_record_Reviews_magento2.json", "reviews", review()),
    ],
)
def test_what_the_classic_connector_sends_has_the_same_name_and_type_here(file, key, record):
    example = orjson.loads((EXAMPLES / file).read_bytes())
    ours = COLLECTIONS[key].document(record, context())
    for name, value in example.get("json", example).items():
        if name in {"tierPrices", "categories", "attributes", "Rating"}:  # only where the record has them
            continue
        number = isinstance(value, int | float)
        assert isinstance(ours[name], int | float) if number else type(ours[name]) is type(value), name
