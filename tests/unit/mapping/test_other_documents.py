"""Golden documents of carts, catalog, wishlists and reviews, and the rules that leave a record out."""

import pytest
from northwind_records import SCOPE, cart, cart_line, context, product, review, wishlist

from dotbridge.commerce.product import Category, TierPrice
from dotbridge.commerce.wishlist import WishlistItem
from dotbridge.mapping import carts, catalog, reviews, wishlists
from dotbridge.mapping.catalog_members import EXACT

CART = {
    "cartId": "5013",
    "cartUrl": "https://shop.example/cart/5013",
    **SCOPE,
    "currency": "NOK",
    "subTotal": 160.0,
    "subtotal_incl_tax": 200.0,
    "taxAmount": 34.0,
    "shipping": 16.0,
    "grandTotal": 186.0,
    "discountAmount": 24.0,
    "couponCode": "",
    "cartPhase": "ORDER_PENDING",
    "createdDate": "2025-03-02T09:00:00+00:00",
    "modifiedDate": "2025-03-02T09:20:00+00:00",
    "lineItems": [
        {
            "sku": "FJ-M-RED",
            "name": "Fjell Jacket",
            "imageUrl": "https://shop.example/media/fj-red.jpg",
            "productUrl": "https://shop.example/fjell-jacket.html",
            "unitPrice": 180.0,
            "unitPrice_incl_tax": 225.0,
            "quantity": 1,
            "salePrice": 160.0,
            "salePrice_incl_tax": 200.0,
            "totalPrice": 160.0,
            "totalPrice_incl_tax": 200.0,
        }
    ],
}


@pytest.mark.parametrize("spelling", ["camel", "snake"])
def test_a_cart_is_spelt_as_the_platform_reads_it_in_every_account(spelling):
    assert carts.COLLECTION.document(cart(), context(spelling=spelling)) == CART


def test_an_ordered_cart_says_so_and_an_emptied_one_has_no_lines():
    assert carts.COLLECTION.document(cart(phase="ordered"), context())["cartPhase"] == "ORDER_COMPLETE"
    assert "lineItems" not in carts.COLLECTION.document(cart(phase="empty", lines=()), context())


def test_a_cart_line_without_a_name_is_called_by_its_sku():
    ctx = context()
    document = carts.COLLECTION.document(cart(lines=(cart_line(name=""),)), ctx)
    assert document["lineItems"][0]["name"] == "FJ-M-RED"
    assert [notice.code for notice in ctx.notices] == ["MAP-LINE-UNNAMED"]


def test_a_variant_in_the_catalog():
    record = product(
        parents=("880", "910"),
        parent_type="configurable",
        special_price=1_600_000,
        special_price_incl_tax=2_000_000,
        categories=(Category("14", "Jackets"),),
        websites=(("1", "Nordic"),),
        tier_prices=(
            TierPrice("Wholesale", 100_000, 1_400_000, 1_750_000),
            TierPrice("General", 25_000, 1_700_000, 2_125_000, 55_000),
        ),
        attributes={"brand": "Fjell", "waterproof": True, "colours": ["Red", "Blue"], "empty": None},
    )
    ctx = context()
    assert catalog.COLLECTION.document(record, ctx) == {
        "id": "881",
        "parent_id": "880",
        "name": "Fjell Jacket-M-Red",
        "sku": "FJ-M-RED",
        "status": "Enabled",
        "visibility": "Not Visible Individually",
        "type": "Variant",
        "attribute_set": "Apparel",
        **SCOPE,
        "currency": "NOK",
        "price": 180.0,
        "price_incl_tax": 225.0,
        "specialPrice": 160.0,
        "specialPrice_incl_tax": 200.0,
        "url": "https://shop.example/fjell-jacket.html",
        "shortDescription": "Warm.",
        "brand": "Fjell",
        "stock": 37,
        "imagePath": "https://shop.example/media/fj-red.jpg",
        "created_date": "2024-11-05T08:12:00+00:00",
        "categories": [{"Id": "14", "Name": "Jackets"}],
        "websites": [{"Id": "1", "Name": "Nordic"}],
        "tierPrices": [
            {
                "customer_group": "Wholesale",
                "price": 140.0,
                "price_incl_tax": 175.0,
                "quantity": 10,
                "type": "Fixed Price",
            },
            {
                "customer_group": "General",
                "price": 170.0,
                "price_incl_tax": 212.5,
                "quantity": 2.5,
                "type": "Percentage Discount",
                "percentage": 5.5,
            },
        ],
        "attributes": {"brand": "Fjell", "waterproof": "Yes", "colours": "Red,Blue"},
    }
    assert ctx.notices == []


def test_a_part_of_a_bundle_is_no_variant():
    document = catalog.COLLECTION.document(product(parents=("910",), parent_type="bundle"), context())
    assert (document["type"], document["parent_id"], document["specialPrice"]) == ("Simple", "", 0.0)


def test_the_exact_shape_holds_ten_names_whatever_the_spelling():
    record = product(special_price=1_600_000, categories=(Category("14", "Jackets"),), attributes={"a": "b"})
    ctx = context(catalog_shape="exact", spelling="snake")
    document = catalog.COLLECTION.document(record, ctx)
    assert set(document) == set(EXACT)
    assert (document["Currency"], document["specialPrice"]) == ("NOK", 160.0)


def test_the_catalog_has_a_collection_per_store_view_or_one():
    assert catalog.COLLECTION.name(context(), product()) == "Catalog_base_en"
    assert catalog.COLLECTION.name(context(), product(store_id="")) == "Catalog_Default"
    assert catalog.COLLECTION.name(context(catalog_level="default"), product()) == "Catalog_Default"


WISHLIST = {
    "id": 71,
    "customerId": 240,
    "email": "mara.lind@example.com",
    **SCOPE,
    "currency": "NOK",
    "items": [{"sku": "MUG", "qty": 2, "name": "Mug", "price": 5.0, "totalValueOfProduct": 10.0}],
    "totalWishlistValue": 10.0,
    "updatedAt": "2025-03-02T09:30:00+00:00",
}


def test_a_wishlist():
    assert wishlists.COLLECTION.document(wishlist(), context()) == WISHLIST


def test_a_wishlist_in_a_snake_case_account_has_magento_1s_underscores():
    document = wishlists.COLLECTION.document(wishlist(), context(spelling="snake"))
    assert document["items"] == [
        {"_sku": "MUG", "_qty": 2, "_name": "Mug", "_price": 5.0, "_totalValueOfProduct": 10.0}
    ]
    assert {"customer_id", "total_wishlist_value", "updated_at"} <= set(document)


def test_the_value_of_a_wishlist_is_the_sum_of_what_its_items_show():
    third = WishlistItem("1", "A", "A", 15_000, 3_350)  # 1.5 of 0.335 = 0.5025
    document = wishlists.COLLECTION.document(wishlist(items=(third, third, third)), context())
    assert [item["totalValueOfProduct"] for item in document["items"]] == [0.5, 0.5, 0.5]
    assert document["totalWishlistValue"] == 1.5


REVIEW = {
    "id": 19,
    "customerId": 240,
    "email": "mara.lind@example.com",
    "productName": "Fjell Jacket",
    "productSku": "FJ",
    "reviewDate": "2025-03-01T18:00:00+00:00",
    **SCOPE,
    "Quality": {"ratingScore": 5},
    "Fit": {"ratingScore": 4},
}


def test_a_review_has_a_member_for_each_rating():
    assert reviews.COLLECTION.document(review(), context()) == REVIEW


def test_a_rating_never_takes_the_place_of_a_member():
    ctx = context()
    ratings = (("email", 1), ("product_name", 1), ("reviewText", 1), ("Fit", 4), ("Fit", 5))
    document = reviews.COLLECTION.document(review(ratings=ratings), ctx)
    assert document == {name: value for name, value in REVIEW.items() if name != "Quality"}
    assert [notice.code for notice in ctx.notices] == ["MAP-KEY-DROPPED"] * 4


def test_ids_are_numbers_or_text_as_the_account_keeps_them_and_never_both():
    uuid = "6b6a1f6e-2f0c-4a8e-9d0e-8d8f2a3b4c5d"
    ctx = context()
    document = wishlists.COLLECTION.document(wishlist(source_id=uuid), ctx)
    assert "id" not in document
    assert [notice.code for notice in ctx.notices] == ["MAP-ID-NOT-NUMERIC"]
    assert wishlists.COLLECTION.document(wishlist(source_id=uuid), context(ids="text"))["id"] == uuid


@pytest.mark.parametrize(
    ("collection", "record", "settings", "rule"),
    [
        (carts, cart(email=""), {}, "cart_without_email"),
        (carts, cart(phase="ordered"), {}, "cart_ordered"),
        (carts, cart(phase="empty"), {}, "cart_empty"),
        (carts, cart(), {}, ""),
        (catalog, product(), {"catalog_types": ("bundle",)}, "product_type"),
        (catalog, product(), {"catalog_visibility": ("both",)}, "product_visibility"),
        (catalog, product(), {"catalog_types": ("simple",), "catalog_visibility": ("none",)}, ""),
        (wishlists, wishlist(items=()), {}, "wishlist_empty"),
        (wishlists, wishlist(), {}, ""),
        (reviews, review(state="pending"), {}, "review_not_approved"),
        (reviews, review(email=""), {}, "review_without_customer"),
        (reviews, review(), {}, ""),
    ],
)
def test_a_record_is_left_out_by_a_named_rule(collection, record, settings, rule):
    assert collection.COLLECTION.excluded(record, context(**settings)) == rule
