"""Customers from hand-written JSON (magento2-data §3.1, 3.2)."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.sources.magento2.labels import Attribute, attribute
from dotbridge.sources.magento2.to_commerce.customer import contact
from support.magento2_shapes import sites

ATTRIBUTES = {
    "gender": Attribute("", "gender", "Gender", "select", {"1": "Herr", "2": "Frau"}),
    "tier": Attribute("", "tier", "Tier", "select", {"4": "Gold"}),
    "interests": Attribute("", "interests", "Interests", "multiselect", {"8": "Running", "9": "Yoga"}),
    "since": Attribute("", "since", "Since", "date", {}),
    "opt_in": Attribute("", "opt_in", "Opt in", "boolean", {"1": "Yes", "0": "No"}),
}


def made(**members: Any) -> Any:
    row = {"id": 5, "website_id": 1, "store_id": 1, "email": "Ada@Example.com", **members}
    return contact(row, sites(), {"1": "General"}, ATTRIBUTES)


def custom(**values: Any) -> list[dict[str, Any]]:
    return [{"attribute_code": code, "value": value} for code, value in values.items()]


def test_names_of_store_view_group_and_website_come_from_the_shop() -> None:
    person = made(group_id=1)
    assert (person.store_name, person.store_group, person.website_name) == ("English", "Main", "Home")
    assert (person.group, person.email, person.customer_id) == ("General", "Ada@Example.com", "5")


def test_a_customer_made_by_an_admin_is_shown_in_the_websites_default_view() -> None:
    assert made(store_id=0, website_id=2).store_name == "Deutsch"


@pytest.mark.parametrize(("flag", "word"), [(True, "subscribed"), (False, ""), (None, ""), ("true", "")])
def test_only_a_true_flag_says_anything_about_the_subscription(flag: object, word: str) -> None:
    assert made(extension_attributes={"is_subscribed": flag}).subscription == word


def test_choices_are_labels_and_never_ids() -> None:
    values = custom(tier="4", interests="9,8,77", since="2024-02-05 00:00:00", opt_in="0", size="42", gone=None)
    assert made(gender=2, custom_attributes=values).attributes == {
        "tier": "Gold",
        "interests": "Yoga,Running",
        "since": "2024-02-05",
        "opt_in": "0",
        "size": "42",
    }
    assert made(gender=2).gender == "Frau"


def test_an_option_that_is_gone_leaves_no_value() -> None:
    assert made(custom_attributes=custom(tier="99")).attributes == {}


def test_genders_have_magentos_names_where_definitions_may_not_be_read() -> None:
    row = {"id": 5, "website_id": 1, "store_id": 1, "gender": 1}
    assert contact(row, sites(), {}, {}).gender == "Male"


def test_default_addresses_are_found_by_flag_or_id_and_dangling_ids_tolerated() -> None:
    addresses = [
        {"id": 8, "street": ["1 Road", "", "Flat 2", "Yard"], "region": {"region": "Yorks"}, "default_billing": True},
        {"id": 9, "street": [], "city": "Leeds", "region": None},
    ]
    person = made(addresses=addresses, default_billing="8", default_shipping="9")
    assert (person.billing.line_1, person.billing.line_2, person.billing.region) == ("1 Road", "Flat 2, Yard", "Yorks")
    assert (person.delivery.city, person.delivery.line_1) == ("Leeds", "")
    assert made(addresses=addresses, default_shipping="77").delivery is None


def test_a_birthday_is_a_calendar_date() -> None:
    assert made(dob="1986-08-18 00:00:00").born_on == "1986-08-18"


def test_options_nested_in_groups_are_found() -> None:
    nested = [{"label": "Home", "options": [{"label": "\u00a0English", "value": "1"}]}, {"label": " ", "value": ""}]
    found = attribute({"attribute_code": "store_id", "frontend_input": "select", "options": nested})
    assert found.options == {"1": "English"}


def test_an_attribute_is_named_as_the_store_view_names_it() -> None:
    row = {"default_frontend_label": "Colour", "frontend_labels": [{"store_id": 4, "label": "Farbe"}]}
    assert [attribute(row, store_id).label for store_id in ("4", "1", "")] == ["Farbe", "Colour", "Colour"]
