"""The whole path, by both ways: everything arrives and is accounted for, and a change moves only itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dotbridge.sources.orocommerce.codes import ORDER_WITHOUT_EMAIL
from support.dotdigital_sandbox import PASSWORD, USER
from support.installation import Installation
from support.oro_api import OroApi
from support.oro_reading import both_ways
from support.oro_shop import CANCELLED, DRAFT, GUEST_ORDER, ORDERS, PEOPLE, PRODUCTS, REFUNDED, SUB_ORDER, OroShop
from support.premises import Premises, Seen

pytestmark = pytest.mark.postgresql

#: What the API cannot tell of an order: refunds, and the accounting currency's amount of one in another currency.
ONLY_DATABASE = {
    "refunds",
    "refundedTotal",
    "orderTotal",
    "baseCurrency",
    "baseOrderTotal",
    "basePlacedTotal",
    "baseRefundedTotal",
}


def installation(premises: Premises, settings: dict[str, Any]) -> Installation:
    account = {"username": USER, "password": PASSWORD, "hosts": {"r1": premises.sandbox.url}, "currency": "USD"}
    connection = {"platform": "orocommerce", "account": "main", "settings": settings}
    made = Installation(
        {"accounts": {"main": account}, "connections": {"oro": connection}, "settings": {"importer.poll_seconds": 0}}
    )
    made.configure(non_subscribers="send", overlap_seconds=120)
    return made


@pytest.fixture(params=["database", "api"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def dotbridge(premises: Premises, oro_api: OroApi, way: str) -> Iterator[Installation]:
    with premises.lent():
        yield installation(premises, both_ways(oro_api)[way])


def balanced(seen: Seen) -> None:
    for row in seen.balances.values():
        assert (row.unexplained, row.unexplained_ids, row.in_flight) == (0, [], 0), row


def test_everything_arrives_once_and_a_second_run_sends_nothing(
    premises: Premises, dotbridge: Installation, way: str
) -> None:
    seen = premises.sync(dotbridge)
    balanced(seen)
    insight = seen.state["insight"]
    refused = {key[3] for key, row in seen.records.items() if row.code == ORDER_WITHOUT_EMAIL.id}
    assert refused == {"6", "30"}
    assert len(insight["Orders"]) == ORDERS - len(refused)
    assert {f"N{SUB_ORDER:05}", f"N{DRAFT:05}"} & set(insight["Orders"]) == set()
    catalogs = [name for name in insight if name.startswith("Catalog_")]
    assert {len(insight[name]) for name in catalogs} == {PRODUCTS}
    assert len(catalogs) == 3
    assert len(seen.state["contacts"]) == PEOPLE - 1 + 1  # one has no address, one bought as a guest
    assert seen.state["owners"]["Orders"][f"N{GUEST_ORDER:05}"] == f"guest{PEOPLE + 1}@example.com"
    assert ("CartInsight" in insight) == (way == "database")
    assert not premises.sync(dotbridge).moves
    again = premises.sync(dotbridge, full=True)
    balanced(again)
    assert not again.moves


def test_a_change_of_each_kind_moves_only_itself(
    premises: Premises, dotbridge: Installation, oro: OroShop, way: str
) -> None:
    premises.sync(dotbridge)
    now = "now() AT TIME ZONE 'UTC' - interval '5 seconds'"
    oro.run(
        'UPDATE oro_order SET serialized_data = \'{"internal_status": "order_internal_status.processing"}\','
        f" updated_at = {now} WHERE id = 2"
    )
    oro.run(f"UPDATE oro_product SET status = 'disabled', updated_at = {now} WHERE id = 3")
    oro.run(f"UPDATE oro_customer_user SET first_name = 'Changed', updated_at = {now} WHERE id = 6")
    # The API finds changed people and deletions by the compare alone.
    seen = premises.sync(dotbridge, full=way == "api")
    assert set(seen.moves.records) == {
        ("Orders", "N00002"),
        *[(f"Catalog_default_localization_{n}", "3") for n in (1, 2, 3)],
    }
    assert set(seen.moves.people) == {"Person6@example.com"}
    assert seen.state["insight"]["Orders"]["N00002"]["orderStatus"] == "processing"
    balanced(seen)


def test_what_was_deleted_is_taken_out(premises: Premises, dotbridge: Installation, oro: OroShop) -> None:
    premises.sync(dotbridge)
    oro.run("DELETE FROM oro_product WHERE id = 2")
    seen = premises.sync(dotbridge, full=True)
    assert {key for name, key in seen.moves.removed if name.startswith("Catalog")} == {"2"}
    assert not seen.moves.records
    balanced(seen)


def test_api_and_database_give_identical_documents(premises: Premises, oro_api: OroApi) -> None:
    states = []
    for settings in both_ways(oro_api).values():
        with premises.lent():
            states.append(premises.sync(installation(premises, settings)).state)
    by_database, by_api = states
    assert by_api["contacts"].keys() == by_database["contacts"].keys()
    assert by_api["owners"]["Orders"] == by_database["owners"]["Orders"]
    differing: dict[tuple[str, str], set[str]] = {}
    for name, documents in by_api["insight"].items():
        assert documents.keys() == by_database["insight"][name].keys()
        for key, document in documents.items():
            other = by_database["insight"][name][key]
            differs = {member for member in document.keys() | other.keys() if document.get(member) != other.get(member)}
            if differs:
                differing[name, key] = differs
    assert {key for _, key in differing} == {"N00011", "N00012", f"N{REFUNDED:05}"}
    assert set().union(*differing.values()) <= ONLY_DATABASE
    refunded = by_database["insight"]["Orders"][f"N{REFUNDED:05}"]
    assert (refunded["refundedTotal"], refunded["orderTotal"]) == (5, 30)
    assert by_api["insight"]["Orders"][f"N{CANCELLED:05}"]["orderStatus"] == "cancelled"
