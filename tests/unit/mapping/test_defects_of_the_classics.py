"""One test for each known defect of the classic connectors that mapping must not repeat (behaviour §11.1)."""

from __future__ import annotations

import pytest
from northwind_records import HOME, contact, context, line, order, product, review, sales

from dotbridge.commerce.merge import merge
from dotbridge.commerce.order import Refund, RefundLine
from dotbridge.errors import RecordError
from dotbridge.mapping import catalog, orders, reviews
from dotbridge.mapping.base import Context
from dotbridge.mapping.contacts.document import data_fields
from dotbridge.mapping.contacts.fields import FIELDS
from dotbridge.mapping.contacts.plan import plan
from dotbridge.mapping.settings import Settings


def products(*lines):
    return orders.COLLECTION.document(order(lines=lines), context())["products"]


def test_d07_a_guest_has_the_same_fields_as_a_customer():
    known = {"first_name": "Mara", "last_name": "Lind", "billing": HOME, "delivery": HOME}
    customer = data_fields(merge([contact(**known)], {}), sales(), context())
    guest = data_fields(merge([contact(kind="guest", **known)], {}), sales(), context())
    assert guest == customer
    assert {"FIRSTNAME", "BILLING_CITY", "TOTAL_SPEND"} <= set(guest)


def test_d13_an_invalid_product_is_refused_by_name_instead_of_silently():
    with pytest.raises(RecordError, match=r"MAP-PRICE-MISSING.*FJ-M-RED"):
        catalog.COLLECTION.document(product(price=None), context())


def test_d40_an_order_number_with_a_prefix_arrives_as_text():
    assert FIELDS["last_increment_id"].type == "String"
    assert data_fields(merge([contact()], {}), sales(), context())["LAST_INCREMENT_ID"] == "SE-000317"


def test_d41_the_most_frequent_day_and_month_are_what_the_facts_say():
    fields = data_fields(merge([contact()], {}), sales(), context())
    assert (fields["MOST_FREQ_PUR_DAY"], fields["MOST_FREQ_PUR_MON"]) == ("Sunday", "March")


def test_d42_no_chosen_status_means_every_status():
    assert orders.COLLECTION.excluded(order(status="anything"), context(order_statuses=())) == ""


def test_d43_two_spellings_of_an_address_are_one_person_who_is_written_to_as_typed():
    one = merge([contact(), contact(kind="guest", source_id="9", email="mara.lind@EXAMPLE.com")], {})
    assert (one.email, len(one.sources)) == ("Mara.Lind@example.com", 2)


def test_d44_orders_of_an_unknown_rate_are_no_spend_and_base_amounts_stand_apart():
    ctx = context()
    fields = data_fields(merge([contact()], {}), sales(orders=3, uncounted=1, spend=200_000), ctx)
    assert (fields["NUMBER_OF_ORDERS"], fields["TOTAL_SPEND"], fields["AVERAGE_ORDER_VALUE"]) == (3, 20.0, 10.0)
    assert [notice.code for notice in ctx.notices] == ["MAP-SPEND-PARTIAL"]
    all_foreign = data_fields(merge([contact()], {}), sales(orders=2, uncounted=2, spend=0), context())
    assert not {"TOTAL_SPEND", "AVERAGE_ORDER_VALUE"} & set(all_foreign)
    document = orders.COLLECTION.document(order(), context())
    assert (document["currency"], document["baseCurrency"], document["baseOrderTotal"]) == ("NOK", "EUR", 25.0)


def test_d45_a_quantity_of_1500_stays_1500():
    assert products(line(quantity=15_000_000))[0]["qty"] == 1500


def test_d45_a_quantity_of_two_and_a_half_stays_two_and_a_half():
    assert products(line(quantity=25_000))[0]["qty"] == 2.5


def test_d46_refunds_are_visible_with_their_lines_dates_and_quantities():
    refund = Refund(
        "C1", "2025-03-09T12:00:00Z", 112_500, 50_000, -10_000, lines=(RefundLine("911", "MUG", 10_000, 62_500),)
    )
    record = order(refunded=112_500, base_refunded=10_000, refunds=(refund,), lines=(line(quantity_refunded=10_000),))
    document = orders.COLLECTION.document(record, context())
    assert (document["placedTotal"], document["refundedTotal"], document["orderTotal"]) == (286.0, 11.25, 274.75)
    assert (document["baseRefundedTotal"], document["baseOrderTotal"]) == (1.0, 24.0)
    assert document["products"][0]["refundedQty"] == 1
    assert document["refunds"] == [
        {
            "number": "C1",
            "total": 11.25,
            "shipping": 5.0,
            "adjustment": -1.0,
            "refundedAt": "2025-03-09T12:00:00+00:00",
            "lines": [{"sku": "MUG", "product_id": "911", "qty": 1, "total": 6.25}],
        }
    ]
    assert data_fields(merge([contact()], {}), sales(), context())["TOTAL_REFUND"] == 12.51


def test_d47_the_parts_of_a_bundle_never_carry_the_bundles_price():
    free = line(price=0, price_incl_tax=0, total=0)
    (bundle,) = products(line(product_id="910", price=800_000, children=(free, free)))
    assert bundle["price"] == 80.0
    assert [part["price"] for part in bundle["sub_items"]] == [0.0, 0.0]


def test_d48_the_text_of_a_review_goes_where_it_is_asked_for():
    document = reviews.COLLECTION.document(review(), context(review_text=True))
    assert (document["reviewTitle"], document["reviewText"]) == ("Warm", "Warm and dry.")
    assert "reviewText" not in reviews.COLLECTION.document(review(), context())


def test_d49_the_stock_of_a_website_is_sent_as_the_source_counted_it_and_absent_where_it_is_not_tracked():
    assert catalog.COLLECTION.document(product(stock=25_000), context())["stock"] == 2.5
    assert "stock" not in catalog.COLLECTION.document(product(stock=None), context())


def test_d57_websites_that_share_an_account_can_fill_fields_of_their_own():
    names = {one.name for one in plan(Settings(fields={"total_spend": "UK_TOTAL_SPEND"})).fields}
    assert "UK_TOTAL_SPEND" in names
    assert "TOTAL_SPEND" not in names


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Europe/Oslo", "UTC", "America/Los_Angeles"])
def test_a_birthday_is_the_same_day_in_every_time_zone(zone):
    here = context().website
    ctx = Context(
        Settings(), here.__class__(**{**{f: getattr(here, f) for f in here.__struct_fields__}, "timezone": zone})
    )
    assert data_fields(merge([contact(born_on="1990-05-01")], {}), None, ctx)["DOB"] == "1990-05-01T00:00:00Z"
