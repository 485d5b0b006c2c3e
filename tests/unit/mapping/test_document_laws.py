"""Laws that hold for every record: types, names, bytes, spelling, amounts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import orjson
import pytest
from document_rules import check_members, check_names_and_values
from hypothesis import given
from hypothesis import strategies as st
from northwind_records import HOME, PRODUCTS, cart, cart_line, context, order, product, review, wishlist

from dotbridge.commerce.money import number
from dotbridge.commerce.order import Option, OrderLine, Refund, RefundLine, Shipment
from dotbridge.commerce.product import Category, TierPrice
from dotbridge.commerce.wishlist import WishlistItem
from dotbridge.mapping import carts, catalog, orders, reviews, wishlists
from dotbridge.mapping.document import serialise
from dotbridge.mapping.names import collection_name, member_name
from dotbridge.mapping.registry import COLLECTIONS
from dotbridge.mapping.spelling import Table, respell, table

words = st.text(st.characters(exclude_categories=("Cs",)), max_size=30) | st.sampled_from(["", "x" * 1500])
codes = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
amounts = st.integers(-(10**12), 10**12)
quantities = st.integers(0, 10**9)
instants = st.sampled_from(["", "2025-03-02T09:41:07Z", "1999-12-31T23:59:59Z"])
currencies = st.sampled_from(["NOK", "JPY", "KWD", "XXQ", ""])
anything = st.one_of(
    st.none(),
    st.booleans(),
    words,
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.lists(words | st.none(), max_size=3),
)
mapped = st.dictionaries(words, anything, max_size=4)
options = st.lists(st.builds(Option, words, words, words), max_size=3).map(tuple)


def few(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(strategy, max_size=3).map(tuple)


def order_lines(children: st.SearchStrategy) -> st.SearchStrategy:
    return st.builds(
        OrderLine,
        product_id=st.sampled_from(["", "404", *PRODUCTS]),
        sku=words,
        name=words,
        type=st.sampled_from(["simple", "configurable", "bundle", "virtual"]),
        quantity=quantities,
        price=amounts,
        price_incl_tax=amounts,
        total=amounts,
        parent_id=st.sampled_from(["", "880", "404"]),
        parent_name=words,
        quantity_refunded=quantities,
        options=options,
        children=children,
    )


lines = few(order_lines(few(order_lines(st.just(()))))).filter(bool)
refunds = few(
    st.builds(
        Refund,
        codes,
        instants,
        amounts,
        amounts,
        amounts,
        few(st.builds(RefundLine, codes, words, quantities, amounts)),
    )
)
shipments = few(st.builds(Shipment, codes, instants, few(st.tuples(words, words))))
every_order = st.builds(
    order,
    source_id=codes,
    quote_id=codes,
    store_id=st.sampled_from(["1", "9", ""]),
    currency=currencies,
    base_currency=currencies,
    subtotal=amounts,
    discount=amounts,
    total=amounts,
    refunded=amounts,
    coupon=words,
    payment=words,
    virtual=st.booleans(),
    billing=st.none() | st.just(HOME),
    delivery=st.none() | st.just(HOME),
    lines=lines,
    refunds=refunds,
    shipments=shipments,
    custom=mapped,
)
every_cart = st.builds(
    lambda line_names, **changes: cart(lines=tuple(cart_line(name=name) for name in line_names), **changes),
    st.lists(words, max_size=3),
    phase=st.sampled_from(["open", "ordered", "empty"]),
    created_at=instants,
    updated_at=instants,
    currency=currencies,
    total=amounts,
    discount=amounts,
    coupon=words,
)
every_product = st.builds(
    product,
    name=words.filter(bool),
    sku=words.filter(bool),
    price=amounts,
    price_incl_tax=st.none() | amounts,
    special_price=st.none() | amounts,
    stock=st.none() | amounts,
    created_at=instants,
    image_url=st.sampled_from(["", "https://shop.example/a.jpg"]),
    parents=few(codes),
    parent_type=st.sampled_from(["", "configurable", "bundle"]),
    categories=few(st.builds(Category, codes, words)),
    tier_prices=few(st.builds(TierPrice, words, quantities, amounts, amounts, st.none() | quantities)),
    attributes=mapped,
)
every_wishlist = st.builds(
    wishlist,
    source_id=codes,
    customer_id=codes,
    updated_at=instants,
    currency=currencies,
    items=few(st.builds(WishlistItem, codes, words, words, quantities, amounts)),
)
every_review = st.builds(
    review,
    source_id=codes,
    customer_id=codes,
    reviewed_at=instants,
    product_name=words,
    ratings=few(st.tuples(words, st.integers(1, 5))),
)
every_record = st.one_of(
    st.tuples(st.just(orders.COLLECTION), every_order),
    st.tuples(st.just(carts.COLLECTION), every_cart),
    st.tuples(st.just(catalog.COLLECTION), every_product),
    st.tuples(st.just(wishlists.COLLECTION), every_wishlist),
    st.tuples(st.just(reviews.COLLECTION), every_review),
)


@given(every_record)
def test_a_member_has_the_same_type_whatever_the_record(pair):
    collection, record = pair
    document = collection.document(record, context(review_text=True))
    check_members(document, collection.members, extra="free" if collection.key == "reviews" else "")


@given(every_record, st.sampled_from(["camel", "snake"]))
def test_names_are_legal_and_nothing_is_empty_nested_or_too_long(pair, spelling):
    collection, record = pair
    check_names_and_values(collection.document(record, context(spelling=spelling, review_text=True)))


@given(every_record)
def test_a_document_survives_json_and_gives_the_same_bytes_every_time(pair):
    collection, record = pair
    document = collection.document(record, context())
    body = serialise(document, limit=10**8)
    assert orjson.loads(body) == document
    again = serialise(collection.document(record, context()), limit=10**8)
    assert again == body


def _reverse(names: Table) -> Table:
    return {new: (old, _reverse(below)) for old, (new, below) in names.items()}


@given(every_record)
def test_snake_case_says_the_same_and_can_be_turned_back(pair):
    collection, record = pair
    names = table(collection.members)
    camel = collection.document(record, context())
    assert respell(respell(camel, names), _reverse(names)) == camel


@pytest.mark.parametrize("collection", COLLECTIONS.values(), ids=COLLECTIONS)
def test_no_two_members_of_a_level_share_a_name_in_either_spelling(collection):
    def walk(names: Table) -> None:
        for spelling in (list(names), [new for new, _ in names.values()]):
            folded = {name.replace("-", "_").lower() for name in spelling}
            assert len(folded) == len(spelling)
        for _, below in names.values():
            walk(below)

    walk(table(collection.members))


@given(amounts, st.sampled_from([(100, "0.01"), (10, "0.001"), (1, "0.0001")]))
def test_amounts_are_rounded_half_away_from_zero_and_exact(amount, last_place):
    step, place = last_place[0], Decimal(last_place[1])
    assert Decimal(str(number(amount, step))) == (Decimal(amount).scaleb(-4)).quantize(place, ROUND_HALF_UP)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_price_times_quantity_is_rounded_once(price, quantity):
    item = WishlistItem("1", "A", "A", quantity, price)
    document = wishlists.COLLECTION.document(wishlist(items=(item,)), context())
    exact = Decimal(price).scaleb(-4) * Decimal(quantity).scaleb(-4)
    assert Decimal(str(document["totalWishlistValue"])) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@given(words, words)
def test_a_member_name_is_legal_or_nothing(label, label_id):
    name = member_name(label, label_id)
    assert not name or name.replace("-", "").replace("_", "").isalnum() or set(name) <= {"-", "_"}
    assert name.isascii()


def test_a_collection_name_holds_letters_digits_and_underscores():
    assert collection_name("Catalog", "eu west", "en-GB") == "Catalog_eu_west_en_GB"
    assert len(collection_name("Catalog", "x" * 400)) == 255
