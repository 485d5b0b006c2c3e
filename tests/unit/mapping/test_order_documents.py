"""Golden order documents, one for each kind of line."""

from northwind_records import SCOPE, context, line, order

from dotbridge.commerce.order import Option, Refund, RefundLine, Shipment
from dotbridge.mapping.orders import COLLECTION

MUG = {
    "product_id": "911",
    "parent_id": "",
    "name": "Mug",
    "parent_name": "",
    "sku": "MUG",
    "qty": 2,
    "refundedQty": 0,
    "price": 5.0,
    "price_inc_tax": 6.25,
    "attribute-set": "Default",
}


def test_an_order_carries_the_members_of_the_classic_connector_and_ours():
    assert COLLECTION.document(order(), context()) == {
        "id": "000000317",
        "email": "Mara.Lind@example.com",
        "quoteId": "5012",
        **SCOPE,
        "purchaseDate": "2025-03-02 09:41:07",
        "currency": "NOK",
        "orderSubtotal": 240.0,
        "discountAmount": -24.0,
        "deliveryTotal": 16.0,
        "taxTotal": 54.0,
        "orderTotal": 286.0,
        "placedTotal": 286.0,
        "refundedTotal": 0.0,
        "baseCurrency": "EUR",
        "baseOrderTotal": 25.0,
        "basePlacedTotal": 25.0,
        "baseRefundedTotal": 0.0,
        "payment": "Card",
        "deliveryMethod": "Courier - Express",
        "couponCode": "DOT-7KQ",
        "orderStatus": "processing",
        "billingAddress": {
            "billing_address_1": "Pier 4",
            "billing_address_2": "",
            "billing_city": "Oslo",
            "billing_region": "",
            "billing_country": "NO",
            "billing_postcode": "0150",
        },
        "deliveryAddress": {
            "delivery_address_1": "Pier 4",
            "delivery_address_2": "",
            "delivery_city": "Oslo",
            "delivery_region": "",
            "delivery_country": "NO",
            "delivery_postcode": "0150",
        },
        "products": [MUG],
    }


def products(*lines, **settings):
    return COLLECTION.document(order(lines=lines), context(**settings))["products"]


def test_a_configurable_is_one_line_with_the_variant_and_both_sets_of_attributes():
    jacket = line(
        product_id="881",
        sku="FJ-M-RED",
        name="Fjell Jacket-M-Red",
        type="configurable",
        quantity=10_000,
        price=1_600_000,
        price_incl_tax=2_000_000,
        parent_id="880",
        parent_name="Fjell Jacket",
        options=(Option("Name tag", "MARA", "7"), Option("Größe", "M", "8")),
    )
    assert products(jacket) == [
        {
            "product_id": "881",
            "parent_id": "880",
            "name": "Fjell Jacket-M-Red",
            "parent_name": "Fjell Jacket",
            "sku": "FJ-M-RED",
            "qty": 1,
            "refundedQty": 0,
            "price": 160.0,
            "price_inc_tax": 200.0,
            "attribute-set": "Apparel",
            "categories": [{"Name": "Jackets"}, {"Name": "Outdoor"}],
            "product_attributes": {"brand": "Fjell", "season": "Autumn,Winter"},
            "child_product_attributes": {"color": "Red"},
            "custom-options": [{"Name-tag": "MARA"}, {"Gre-8": "M"}],
        }
    ]


def test_a_bundle_holds_its_parts_in_sub_items():
    bundle = line(
        product_id="910",
        sku="CAMP",
        name="Camp Set",
        type="bundle",
        quantity=10_000,
        price=800_000,
        price_incl_tax=1_000_000,
        children=(line(),),
    )
    assert products(bundle) == [
        {
            "product_id": "910",
            "parent_id": "",
            "name": "Camp Set",
            "parent_name": "",
            "sku": "CAMP",
            "qty": 1,
            "refundedQty": 0,
            "price": 80.0,
            "price_inc_tax": 100.0,
            "attribute-set": "Kits",
            "categories": [{"Name": "Outdoor"}],
            "sub_items": [
                {**MUG, "parent_id": "910", "parent_name": "Camp Set", "categories": [{"Name": "Outdoor"}]},
            ],
        }
    ]


def test_a_deleted_product_keeps_its_line_without_attribute_set_and_categories():
    (gone,) = products(line(product_id="404", type="downloadable"))
    assert gone == {**MUG, "product_id": "404", "attribute-set": ""}


def test_custom_options_can_be_switched_off():
    (plain,) = products(line(options=(Option("Size", "M"),)), custom_options=False)
    assert plain == MUG


def test_an_option_without_a_legal_name_is_left_out_with_a_warning():
    ctx = context()
    document = COLLECTION.document(order(lines=(line(options=(Option("色", "red"), Option("色", "red", "9"))),)), ctx)
    assert document["products"][0]["custom-options"] == [{"-9": "red"}]
    assert [notice.code for notice in ctx.notices] == ["MAP-KEY-DROPPED"]


def test_a_virtual_order_has_no_delivery_address():
    assert "deliveryAddress" not in COLLECTION.document(order(virtual=True), context())


def test_parcels_carry_their_tracking_numbers():
    parcels = (Shipment("S1", "2025-03-03T08:00:00Z", (("Posten", "T1"), ("DHL", "T2"))), Shipment("S2", ""))
    assert COLLECTION.document(order(shipments=parcels), context())["shipments"] == [
        {
            "number": "S1",
            "shippedAt": "2025-03-03T08:00:00+00:00",
            "tracks": [{"carrier": "Posten", "number": "T1"}, {"carrier": "DHL", "number": "T2"}],
        },
        {"number": "S2"},
    ]


def test_mapped_columns_keep_their_types_and_empty_ones_are_left_out():
    custom = {"gift_message_id": 12, "weight": 1.5, "note": "Ring twice", "empty": None, "blank": "", "flag": True}
    assert COLLECTION.document(order(custom=custom), context())["custom"] == {
        "gift_message_id": 12,
        "weight": 1.5,
        "note": "Ring twice",
        "flag": "Yes",
    }


def test_a_snake_case_account_gets_the_names_of_magento_1_at_every_level():
    refund = Refund("C1", "2025-03-09T12:00:00Z", 50_000, lines=(RefundLine("911", "MUG", 10_000, 50_000),))
    record = order(refunds=(refund,), custom={"giftNote": "x"}, lines=(line(children=(line(),)),))
    document = COLLECTION.document(record, context(spelling="snake"))
    assert {"order_total", "order_subtotal", "quote_id", "store_name", "delivery_address", "order_status"} <= set(
        document
    )
    assert document["couponCode"] == "DOT-7KQ"
    assert document["purchase_date"] == "2025-03-02T09:41:07+00:00"
    assert document["products"][0]["sub_items"][0]["refunded_qty"] == 0
    assert document["products"][0]["attribute-set"] == "Default"
    assert document["refunds"][0]["refunded_at"] == "2025-03-09T12:00:00+00:00"
    assert document["custom"] == {"giftNote": "x"}


def test_a_status_that_was_not_chosen_is_excluded_and_an_accepted_order_is_still_updated():
    assert COLLECTION.excluded(order(status="fraud"), context(order_statuses=("complete",))) == "order_status"
    assert COLLECTION.excluded(order(status="fraud"), context()) == ""
    assert COLLECTION.leaves == "update"


def test_a_platform_without_an_accounting_currency_sends_no_base_amounts():
    ctx = context()
    document = COLLECTION.document(order(base_currency=""), ctx)
    assert not [name for name in document if name.startswith("base")]
    assert ctx.notices == []


def test_a_deleted_store_view_keeps_the_name_the_order_remembers():
    document = COLLECTION.document(order(store_id="9", store_name="Old View"), context())
    assert (document["storeName"], document["storeCode"], document["websiteName"]) == ("Old View", "", "Nordic")
