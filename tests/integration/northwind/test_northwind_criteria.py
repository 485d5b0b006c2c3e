"""searchCriteria behaves as on a real Magento 2: conditions, groups, sorting, paging, scopes, ``fields``."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import pytest

from support.northwind_shop import Northwind

Record = dict[str, Any]
Group = list[tuple[str, str, str]]


def criteria(*groups: Group, sorts: tuple[tuple[str, str], ...] = (), size: int = 0, page: int = 1) -> str:
    """The query of a list call: groups of (field, condition, value)."""
    pairs = [("searchCriteria[pageSize]", str(size)), ("searchCriteria[currentPage]", str(page))]
    for g, group in enumerate(groups):
        for f, (field, condition, value) in enumerate(group):
            stem = f"searchCriteria[filterGroups][{g}][filters][{f}]"
            pairs += [(f"{stem}[field]", field), (f"{stem}[conditionType]", condition), (f"{stem}[value]", value)]
    for n, (field, direction) in enumerate(sorts):
        stem = f"searchCriteria[sortOrders][{n}]"
        pairs += [(f"{stem}[field]", field), (f"{stem}[direction]", direction)]
    return urlencode(pairs)


@pytest.fixture(scope="session")
def every(shop: Northwind) -> list[Record]:
    return list(shop.get("all/V1/orders?searchCriteria=")["items"])


MIDDLE = "2026-01-01 00:00:00"


@pytest.mark.parametrize(
    ("field", "condition", "value", "holds"),
    [
        ("state", "eq", "complete", lambda o: o["state"] == "complete"),
        ("state", "neq", "complete", lambda o: o["state"] != "complete"),
        ("entity_id", "gt", "100", lambda o: o["entity_id"] > 100),
        ("entity_id", "gteq", "100", lambda o: o["entity_id"] >= 100),
        ("entity_id", "lt", "100", lambda o: o["entity_id"] < 100),
        ("created_at", "lteq", MIDDLE, lambda o: o["created_at"] <= MIDDLE),
        ("created_at", "from", MIDDLE, lambda o: o["created_at"] >= MIDDLE),
        ("created_at", "to", MIDDLE, lambda o: o["created_at"] <= MIDDLE),
        ("entity_id", "in", "3, 7,11", lambda o: o["entity_id"] in {3, 7, 11}),
        ("state", "nin", "complete,closed", lambda o: o["state"] not in {"complete", "closed"}),
        ("customer_email", "like", "%@example.org", lambda o: o["customer_email"].lower().endswith("@example.org")),
        (
            "customer_email",
            "nlike",
            "%@example.org",
            lambda o: not o["customer_email"].lower().endswith("@example.org"),
        ),
        ("customer_id", "null", "1", lambda o: "customer_id" not in o),
        ("coupon_code", "notnull", "1", lambda o: "coupon_code" in o),
        ("status", "finset", "complete", lambda o: o["status"] == "complete"),
        ("status", "nfinset", "complete", lambda o: o["status"] != "complete"),
        ("entity_id", "unheard of", "5", lambda o: o["entity_id"] == 5),
    ],
)
def test_each_condition_selects_what_it_says(
    shop: Northwind, every: list[Record], field: str, condition: str, value: str, holds: Callable[[Record], bool]
) -> None:
    answer = shop.get(f"all/V1/orders?{criteria([(field, condition, value)])}")
    wanted = {one["entity_id"] for one in every if holds(one)}
    assert 0 < len(wanted) < len(every)
    assert {one["entity_id"] for one in answer["items"]} == wanted
    assert answer["total_count"] == len(wanted)


def test_filters_of_a_group_are_alternatives_and_groups_must_all_hold(shop: Northwind, every: list[Record]) -> None:
    query = criteria([("state", "eq", "closed"), ("state", "eq", "canceled")], [("store_id", "in", "1,2")])
    found = {one["entity_id"] for one in shop.get(f"all/V1/orders?{query}")["items"]}
    wanted = {o["entity_id"] for o in every if o["state"] in {"closed", "canceled"} and o["store_id"] in {1, 2}}
    assert found == wanted


def test_two_sort_orders_page_through_ties_without_loss(shop: Northwind, every: list[Record]) -> None:
    sorts = (("updated_at", "ASC"), ("entity_id", "DESC"))
    seen: list[Record] = []
    while len(seen) < len(every):
        page = len(seen) // 100 + 1
        seen += shop.get(f"all/V1/orders?{criteria(sorts=sorts, size=100, page=page)}")["items"]
    keys = [(one["updated_at"], -one["entity_id"]) for one in seen]
    assert keys == sorted(keys)
    assert len({one["entity_id"] for one in seen}) == len(every)
    times = [one["updated_at"] for one in seen]
    assert max(times.count(at) for at in set(times)) > 100


def test_a_page_past_the_last_is_empty_with_the_full_count(shop: Northwind, every: list[Record]) -> None:
    answer = shop.get(f"all/V1/orders?{criteria(size=100, page=9999)}")
    assert (answer["items"], answer["total_count"]) == ([], len(every))


@pytest.mark.parametrize("page", [0, -3, 1])
def test_page_numbers_below_one_are_the_first_page(shop: Northwind, page: int) -> None:
    query = criteria(sorts=(("entity_id", "ASC"),), size=2, page=page)
    assert [one["entity_id"] for one in shop.get(f"all/V1/orders?{query}")["items"]] == [1, 2]


def test_snake_case_names_mean_the_same(shop: Northwind) -> None:
    snake = (
        "search_criteria[filter_groups][0][filters][0][field]=entity_id"
        "&search_criteria[filter_groups][0][filters][0][condition_type]=lt"
        "&search_criteria[filter_groups][0][filters][0][value]=9&search_criteria[page_size]=4"
        "&search_criteria[sort_orders][0][field]=entity_id&search_criteria[sort_orders][0][direction]=desc"
    )
    answer = shop.get(f"all/V1/orders?{snake}")
    assert ([one["entity_id"] for one in answer["items"]], answer["total_count"]) == ([8, 7, 6, 5], 8)


def test_an_offset_in_a_time_is_ignored(shop: Northwind, every: list[Record]) -> None:
    at = every[300]["created_at"]
    for written in (at, at.replace(" ", "T") + "+05:00", at.replace(" ", "T") + "Z"):
        query = criteria([("created_at", "eq", written)])
        assert every[300]["entity_id"] in [one["entity_id"] for one in shop.get(f"all/V1/orders?{query}")["items"]]


def test_e_mails_compare_without_regard_to_capitals(shop: Northwind) -> None:
    customers = shop.get("all/V1/customers/search?searchCriteria=")["items"]
    capital = next(one for one in customers if one["email"] != one["email"].lower())
    found = shop.get(f"all/V1/customers/search?{criteria([('email', 'eq', capital['email'].lower())])}")
    assert capital["id"] in [one["id"] for one in found["items"]]


def test_customers_can_be_filtered_by_a_custom_attribute(shop: Northwind) -> None:
    found = shop.get(f"all/V1/customers/search?{criteria([('loyalty_tier', 'eq', '4')])}")["items"]
    tiers = [{one["attribute_code"]: one["value"] for one in c["custom_attributes"]}["loyalty_tier"] for c in found]
    assert tiers
    assert set(tiers) == {"4"}


@pytest.mark.parametrize(("field", "value"), [("website_id", "2"), ("store_id", "3"), ("category_id", "3")])
def test_products_can_be_filtered_by_their_relations(shop: Northwind, field: str, value: str) -> None:
    every = shop.get("all/V1/products?searchCriteria=")["items"]
    found = {one["id"] for one in shop.get(f"all/V1/products?{criteria([(field, 'eq', value)])}")["items"]}
    if field == "category_id":
        wanted = {
            p["id"] for p in every if value in [c["category_id"] for c in p["extension_attributes"]["category_links"]]
        }
    else:
        wanted = {p["id"] for p in every if 2 in p["extension_attributes"]["website_ids"]}
    assert found == wanted
    assert 0 < len(wanted) < len(every)


def test_lists_are_the_same_in_every_scope_but_show_the_scopes_values(shop: Northwind) -> None:
    query = criteria([("type_id", "eq", "simple")], sorts=(("entity_id", "ASC"),))
    pounds, dollars = (shop.get(f"{scope}/V1/products?{query}")["items"] for scope in ("uk_en", "us_es"))
    assert [one["sku"] for one in pounds] == [one["sku"] for one in dollars]
    prices = [(uk["price"], us["price"]) for uk, us in zip(pounds, dollars, strict=True) if "price" in uk]
    assert all(uk != us for uk, us in prices)
    assert [one["name"] for one in pounds] != [one["name"] for one in dollars]


def test_fields_trims_the_answer_and_an_empty_list_becomes_null(shop: Northwind) -> None:
    wanted = "items[entity_id,items[sku]],total_count"
    answer = shop.get(f"all/V1/orders?{criteria(size=3)}&fields={wanted}")
    assert set(answer) == {"items", "total_count"}
    assert set(answer["items"][0]) == {"entity_id", "items"}
    assert set(answer["items"][0]["items"][0]) == {"sku"}
    empty = shop.get(f"all/V1/orders?{criteria([('entity_id', 'eq', '0')])}&fields={wanted}")
    assert empty == {"items": None, "total_count": 0}


def test_the_input_limit_refuses_large_pages_and_names_the_maximum() -> None:
    with Northwind(customers=10, orders=10, products=30, carts=2, maximum_page_size=300) as strict:
        status, answer = strict.call("GET", f"/rest/V1/orders?{criteria(size=301)}")
        assert (status, answer["parameters"]) == (400, {"max": 300})
        assert strict.call("GET", f"/rest/V1/orders?{criteria(size=300)}")[0] == 200


def test_a_page_of_a_hundred_orders_takes_less_than_a_third_of_a_second(shop: Northwind) -> None:
    begin = perf_counter()
    answer = shop.get(
        f"all/V1/orders?{criteria(sorts=(('updated_at', 'ASC'), ('entity_id', 'ASC')), size=100, page=4)}"
    )
    assert len(answer["items"]) == 100
    assert perf_counter() - begin < 0.3
