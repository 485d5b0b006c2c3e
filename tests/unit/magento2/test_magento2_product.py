"""Products and their prices from hand-written JSON (magento2-data §3.5, behaviour §6.4)."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.commerce.product import Category, TierPrice
from dotbridge.sources.magento2.catalogue import CategoryName
from dotbridge.sources.magento2.families import Families, images
from dotbridge.sources.magento2.labels import Attribute
from dotbridge.sources.magento2.stock import Stock
from dotbridge.sources.magento2.to_commerce.prices import Price, price_of, tier_prices
from dotbridge.sources.magento2.to_commerce.product import Surroundings, product
from support.magento2_shapes import sites

TODAY = "2026-10-01"


def custom(**values: Any) -> list[dict[str, Any]]:
    return [{"attribute_code": code, "value": value} for code, value in values.items()]


def row(product_id: int = 1, **members: Any) -> dict[str, Any]:
    plain = {"id": product_id, "sku": f"S{product_id}", "name": "Lamp", "type_id": "simple", "price": 10, "status": 1}
    return {**plain, "visibility": 4, **members}


def around(**members: Any) -> Surroundings:
    view = sites().views["1"]
    plain = Surroundings(
        website=sites().websites[0],
        view=view,
        scope_id="1",
        today=TODAY,
        image_role="image",
        url_suffix=".html",
        brand="brand",
        codes=("material", "weight"),
        websites={"1": "Home", "2": "Europe"},
        groups={"3": "Trade"},
        sets={"4": "Default"},
        attributes={
            "brand": Attribute("1", "brand", "Brand", "select", {"13": "Northwind"}),
            "material": Attribute("2", "material", "Material", "multiselect", {"24": "Cotton", "25": "Wool"}),
        },
        categories={
            "2": CategoryName("Root", ("1", "2")),
            "5": CategoryName("Lamps", ("1", "2", "5")),
            "9": CategoryName("Other shop", ("1", "9")),
        },
        parts_by_id={},
        parts_by_sku={},
        stocks={"S1": Stock(70_000, True)},
    )
    return plain._replace(**members)


def test_labels_categories_and_websites_of_a_simple_product() -> None:
    links = [{"category_id": "5"}, {"category_id": "2"}, {"category_id": "9"}, {"category_id": "77"}]
    made = product(
        row(
            attribute_set_id=4,
            weight=1.5,
            custom_attributes=custom(brand="13", material="25,24", url_key="lamp", short_description="Warm."),
            extension_attributes={"website_ids": [1, 2, 7], "category_links": links},
        ),
        (),
        around(),
    )
    assert (made.brand, made.attribute_set, made.currency) == ("Northwind", "Default", "GBP")
    assert made.attributes == {"material": "Wool,Cotton", "weight": 1.5}
    assert made.categories == (Category("5", "Lamps"),)
    assert made.websites == (("1", "Home"), ("2", "Europe"))
    assert made.url == "https://shop.example/uk/lamp.html"
    assert (made.stock, made.in_stock, made.price, made.price_incl_tax) == (70_000, True, 100_000, None)


def test_a_hidden_variant_borrows_picture_and_page_of_its_configurable() -> None:
    configurable = row(
        9,
        type_id="configurable",
        custom_attributes=custom(url_key="tee", image="/t/tee.jpg"),
        extension_attributes={"configurable_product_links": [1]},
    )
    bundle = row(
        8, type_id="bundle", extension_attributes={"bundle_product_options": [{"product_links": [{"sku": "S1"}]}]}
    )
    variant = row(visibility=1, custom_attributes=custom(url_key="tee-red", image="no_selection"))
    parents = Families([bundle, configurable]).parents(variant)
    made = product(variant, parents, around())
    assert made.parents == ("9", "8")
    assert made.parent_type == "configurable"
    assert made.url == "https://shop.example/uk/tee.html"
    assert made.image_url == "https://shop.example/media/catalog/product/t/tee.jpg"
    assert made.visibility == "none"


def test_a_page_of_a_disabled_parent_is_not_borrowed() -> None:
    links = {"configurable_product_links": [1]}
    off = row(9, type_id="configurable", status=2, custom_attributes=custom(url_key="tee"), extension_attributes=links)
    variant = row(visibility=1, custom_attributes=custom(url_key="tee-red"))
    assert product(variant, Families([off]).parents(variant), around()).url == "https://shop.example/uk/tee-red.html"


def test_images_come_by_role_from_attributes_and_else_from_the_gallery() -> None:
    gallery = [
        {"file": "/a.jpg", "types": ["image", "mail"], "disabled": False},
        {"file": "/b.jpg", "types": ["image"], "disabled": False},
        {"file": "/c.jpg", "types": ["thumbnail"], "disabled": True},
    ]
    assert images(row(media_gallery_entries=gallery)) == {"image": "/a.jpg", "mail": "/a.jpg"}
    assert images(row(media_gallery_entries=gallery, custom_attributes=custom(image="no_selection"))) == {
        "mail": "/a.jpg"
    }


def test_a_composites_stock_is_the_sum_of_its_parts() -> None:
    parent = row(9, type_id="configurable", extension_attributes={"configurable_product_links": [1, 2]})
    parts = {"1": row(1), "2": row(2)}
    held = {"S1": Stock(10_000, True), "S2": Stock(20_000, False)}
    made = product(parent, (), around(parts_by_id=parts, stocks=held))
    assert (made.stock, made.in_stock, made.price) == (30_000, True, 100_000)


def test_a_product_whose_stock_may_not_be_read_counts_as_in_stock() -> None:
    made = product(row(), (), around(stocks={}))
    assert (made.stock, made.in_stock) == (None, True)


@pytest.mark.parametrize(
    ("begins", "ends", "holds"),
    [
        (None, None, True),
        ("2026-10-01 00:00:00", "2026-10-01 00:00:00", True),
        ("2026-10-02 00:00:00", None, False),
        (None, "2026-09-30 00:00:00", False),
    ],
)
def test_a_special_price_holds_on_both_days_of_its_window(begins: str | None, ends: str | None, holds: bool) -> None:
    dated = custom(special_price="7.500000", special_from_date=begins, special_to_date=ends)
    assert price_of(row(custom_attributes=dated), (), TODAY) == Price(100_000, 75_000 if holds else None)


def test_a_configurable_and_a_grouped_product_cost_what_their_cheapest_enabled_part_does() -> None:
    parts = [row(1, price=12), row(2, price=9, custom_attributes=custom(special_price="8")), row(3, price=1, status=2)]
    for kind in ("configurable", "grouped"):
        assert price_of(row(9, type_id=kind, price=0), parts, TODAY) == Price(90_000, 80_000)
    assert price_of(row(9, type_id="grouped"), (), TODAY) == Price(None)


def bundle(**members: Any) -> dict[str, Any]:
    options = [
        {
            "required": True,
            "product_links": [{"sku": "S1", "qty": 2, "price": 99}, {"sku": "S2", "qty": 1, "price": 30}],
        },
        {"required": False, "product_links": [{"sku": "S3", "qty": 1, "price": 1}]},
    ]
    return row(9, type_id="bundle", extension_attributes={"bundle_product_options": options}, **members)


def test_a_dynamic_bundle_costs_the_cheapest_choice_of_what_is_required() -> None:
    attributes = custom(price_type="0", special_price="90")
    found = price_of(bundle(price=0, custom_attributes=attributes), [row(1, price=10)], TODAY)
    assert found == Price(200_000, 180_000)


def test_a_fixed_bundle_adds_choices_to_its_own_price() -> None:
    assert price_of(bundle(price=100, custom_attributes=custom(price_type="1")), (), TODAY) == Price(1_300_000)


def test_a_product_without_price_has_none() -> None:
    assert price_of({"id": 1, "type_id": "simple"}, (), TODAY) == Price(None)


def test_tiers_are_those_of_the_website_and_name_their_group() -> None:
    tiers = [
        {"customer_group_id": 3, "qty": 10, "value": 8, "extension_attributes": {"website_id": 0}},
        {
            "customer_group_id": 32000,
            "qty": 1.5,
            "value": 9,
            "extension_attributes": {"website_id": 1, "percentage_value": 10},
        },
        {"customer_group_id": 3, "qty": 1, "value": 1, "extension_attributes": {"website_id": 2}},
    ]
    assert tier_prices(row(tier_prices=tiers), "1", {"3": "Trade"}) == (
        TierPrice("Trade", 100_000, 80_000, 80_000, None),
        TierPrice("ALL GROUPS", 15_000, 90_000, 90_000, 100_000),
    )
