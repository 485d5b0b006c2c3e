"""Bad input: what is refused with which code, and what goes with a warning."""

import math

import pytest
from northwind_records import cart, cart_line, context, order, product, review, wishlist

from dotbridge.commerce.address import Address
from dotbridge.errors import RecordError
from dotbridge.mapping import carts, catalog, orders, reviews, wishlists
from dotbridge.mapping.document import serialise


@pytest.mark.parametrize(
    ("collection", "record", "code", "field"),
    [
        (orders, order(lines=()), "MAP-ORDER-EMPTY", "products"),
        (orders, order(placed_at=""), "MAP-DATE-MISSING", "purchaseDate"),
        (orders, order(email="mara.example.com"), "COM-EMAIL-INVALID", "email"),
        (orders, order(email=""), "COM-EMAIL-INVALID", "email"),
        (carts, cart(email=""), "MAP-EMAIL-MISSING", "email"),
        (carts, cart(email="mara@"), "COM-EMAIL-INVALID", "email"),
        (carts, cart(lines=(cart_line(name="", sku=""),)), "MAP-NAME-MISSING", "lineItems.name"),
        (catalog, product(sku=""), "MAP-SKU-MISSING", "sku"),
        (catalog, product(name=""), "MAP-NAME-MISSING", "name"),
        (catalog, product(price=None), "MAP-PRICE-MISSING", "price"),
        (catalog, product(url=""), "MAP-URL-MISSING", "url"),
        (catalog, product(url="/jacket.html"), "MAP-URL-MISSING", "url"),
        (wishlists, wishlist(email=""), "MAP-EMAIL-MISSING", "email"),
        (reviews, review(email=""), "MAP-EMAIL-MISSING", "email"),
    ],
)
def test_a_record_that_dotdigital_would_refuse_is_refused_with_a_reason(collection, record, code, field):
    with pytest.raises(RecordError) as refusal:
        collection.COLLECTION.document(record, context())
    assert (refusal.value.code.id, refusal.value.field) == (code, field)


@pytest.mark.parametrize(
    ("collection", "record", "code", "field"),
    [
        (orders, order(currency="ZZZ"), "MAP-CURRENCY-UNKNOWN", "currency"),
        (orders, order(payment="x" * 1001), "MAP-TEXT-CUT", "payment"),
        (orders, order(billing=Address(line_1="x" * 1001)), "MAP-TEXT-CUT", "billing_address_1"),
        (orders, order(custom={"blob": {"a": 1}}), "MAP-VALUE-DROPPED", "custom.blob"),
        (orders, order(custom={"rate": math.inf}), "MAP-VALUE-DROPPED", "custom.rate"),
        (orders, order(custom={"serial": 2**64}), "MAP-VALUE-DROPPED", "custom.serial"),
        (orders, order(custom={"serial": -(2**64)}), "MAP-VALUE-DROPPED", "custom.serial"),
        (orders, order(custom={"色": 1}), "MAP-KEY-DROPPED", "custom.色"),
        (orders, order(custom={"gift_note": "a", "gift-note": "b"}), "MAP-KEY-DROPPED", "custom.gift-note"),
        (catalog, product(image_url=""), "MAP-IMAGE-MISSING", "imagePath"),
        (catalog, product(short_description="x" * 1001), "MAP-TEXT-CUT", "shortDescription"),
    ],
)
def test_a_doubtful_record_goes_with_a_warning(collection, record, code, field):
    ctx = context()
    collection.COLLECTION.document(record, ctx)
    assert [(notice.code, notice.field) for notice in ctx.notices] == [(code, field)]


def test_an_unknown_currency_has_two_decimals_and_a_three_decimal_currency_three():
    assert orders.COLLECTION.document(order(currency="ZZZ", total=12_346), context())["orderTotal"] == 1.23
    assert orders.COLLECTION.document(order(currency="KWD", total=12_346), context())["orderTotal"] == 1.235


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, object(), "\ud800"])
def test_what_json_cannot_carry_is_refused(value):
    with pytest.raises(RecordError) as refusal:
        serialise({"a": {"b": [{"c": value}]}})
    assert refusal.value.code.id == "MAP-DOCUMENT-BROKEN"


def test_an_endless_number_is_named_by_its_path():
    with pytest.raises(RecordError) as refusal:
        serialise({"products": [{"price": 1.0}, {"price": math.nan}]})
    assert refusal.value.field == "products.1.price"


def test_the_word_null_is_an_ordinary_text():
    assert serialise({"name": "null", "cleared": None}) == b'{"name":"null","cleared":null}'


def test_a_document_beyond_the_limit_is_refused():
    assert len(serialise({"a": "x" * 92}, limit=100)) == 100
    with pytest.raises(RecordError) as refusal:
        serialise({"a": "x" * 93}, limit=100)
    assert refusal.value.code.id == "MAP-DOCUMENT-TOO-LARGE"
