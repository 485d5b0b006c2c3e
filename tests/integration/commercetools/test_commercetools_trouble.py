"""Platforms under load, gateways, wrong clocks and lost rights: nothing is lost, and nothing is asked for ever."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dotbridge.commerce import clock
from dotbridge.errors import ConfigError, DotbridgeError, FatalError, RetryableError
from dotbridge.http.errors import RateLimited, Transient
from dotbridge.sources.base import Cursor, Stream
from dotbridge.sources.commercetools.client import Ask
from dotbridge.sources.commercetools.codes import (
    ACCESS_REFUSED,
    CREDENTIALS_REFUSED,
    PAGE_REPEATS,
    PROJECT_UNKNOWN,
    SCOPE_MISSING,
)
from dotbridge.sources.commercetools.project import Project
from dotbridge.sources.commercetools.source import Commercetools
from dotbridge.sources.commercetools.streams.customers import Customers
from dotbridge.sources.commercetools.streams.orders import Orders
from dotbridge.sources.commercetools.streams.products import Products
from support import commercetools_documents as documents
from support.commercetools_documents import uid
from support.commercetools_server import CommercetoolsServer, Open
from support.magento2_reading import drained, every_id, first_pass, ids_of

HTML = "<!DOCTYPE html><html><title>503 Service Unavailable</title></html>"


def body(code: str, message: str = "No.", status: int = 400) -> str:
    return json.dumps({"statusCode": status, "message": message, "errors": [{"code": code, "message": message}]})


def website(project: Project) -> Any:
    return next(iter(project.profiles().values())).website


def some_orders(server: CommercetoolsServer, count: int, at: str = documents.LONG_AGO) -> list[str]:
    server.seed("order", *[documents.order(number, lastModifiedAt=at) for number in range(count)])
    return sorted(uid("order", number) for number in range(count))


def changed(stream: Stream[Any], project: Project, since: str, limit: int = 1000) -> list[str]:
    """Ids that the windows from an instant on give."""
    rows, _ = drained(stream, website(project), Cursor("changed", since=since), limit)
    return ids_of(stream, rows)


def test_wrong_credentials_stop_the_check_with_what_to_compare(commercetools: CommercetoolsServer) -> None:
    commercetools.fails("/oauth/token", 401, body("invalid_client", status=401), times=9)
    source = Commercetools(commercetools.settings(client_secret="wrong-7"))
    with pytest.raises(ConfigError) as caught:
        source.check()
    assert caught.value.code is CREDENTIALS_REFUSED
    assert "wrong-7" not in str(caught.value)
    source.close()


def test_an_expired_token_is_renewed_once_and_nothing_is_noticed(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    wanted = some_orders(commercetools, 3)
    project = open_project(client_secret="expires")
    stream = Orders(project)
    assert ids_of(stream, first_pass(stream, website(project))) == wanted
    commercetools.control("forget")
    commercetools.asked()
    assert ids_of(stream, first_pass(stream, website(project))) == wanted
    assert [call for call in commercetools.asked() if "/oauth/" in call] == ["POST /oauth/token"]


def test_threads_and_connections_share_a_token(commercetools: CommercetoolsServer, open_project: Open) -> None:
    some_orders(commercetools, 1)
    for _ in range(3):
        project = open_project(client_secret="shared")
        first_pass(Orders(project), website(project))
    assert len([call for call in commercetools.asked() if "/oauth/" in call]) == 1


def test_a_token_that_is_refused_again_and_again_is_an_error_of_the_settings(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    project = open_project()
    commercetools.fails("/orders", 401, body("invalid_token", status=401), times=9)
    with pytest.raises(ConfigError) as caught:
        project.api.page("orders", Ask())
    assert caught.value.code is ACCESS_REFUSED


def test_a_revoked_scope_costs_its_stream_and_the_check_names_it(commercetools: CommercetoolsServer) -> None:
    said = "Insufficient scope. One of the following scopes is missing: view_shopping_lists."
    commercetools.fails("/shopping-lists", 403, body("insufficient_scope", said, 403), times=9)
    source = Commercetools(commercetools.settings())
    found = {one.name: one for one in source.check()}
    assert found["right:view_shopping_lists:shopping-lists"].state == "missing"
    assert "view_shopping_lists" in found["right:view_shopping_lists:shopping-lists"].text
    assert set(source.streams()) == {"customers", "orders", "carts", "products", "reviews"}
    source.close()


def test_a_scope_revoked_later_stops_the_stream_and_not_the_reading_of_payments(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    project = open_project()
    refusal = body("insufficient_scope", status=403)
    commercetools.fails("/payments", 403, refusal, times=9)
    assert changed(Orders(project), project, clock.before(clock.now(), 600)) == []
    commercetools.fails("/orders", 403, refusal, times=9)
    with pytest.raises(ConfigError) as caught:
        changed(Orders(project), project, clock.before(clock.now(), 600))
    assert caught.value.code is SCOPE_MISSING


def test_an_unknown_project_is_named(commercetools: CommercetoolsServer) -> None:
    commercetools.fails("/nowhere", 404, body("ResourceNotFound", status=404), times=9)
    source = Commercetools(commercetools.settings(project_key="nowhere"))
    with pytest.raises(ConfigError) as caught:
        source.check()
    assert caught.value.code is PROJECT_UNKNOWN
    assert "nowhere" in str(caught.value)
    source.close()


PASSING: dict[str, tuple[int, str, dict[str, str]]] = {
    "too many calls, with a time": (429, "{}", {"Retry-After": "0"}),
    "too many calls, without one": (429, "{}", {}),
    "a web page of a gateway": (503, HTML, {"Content-Type": "text/html"}),
    "over capacity": (503, body("OverCapacity", status=503), {}),
    "a bad gateway": (502, "", {}),
    "a general failure": (500, body("General", status=500), {}),
    "an answer that is cut off": (200, '{"limit": 500, "results": [{"id": "1', {}),
    "a web page instead of data": (200, HTML, {"Content-Type": "text/html"}),
}


@pytest.mark.parametrize("kind", PASSING)
def test_passing_trouble_is_ridden_out(commercetools: CommercetoolsServer, open_project: Open, kind: str) -> None:
    wanted = some_orders(commercetools, 5)
    project = open_project()
    site, (status, text, headers) = website(project), PASSING[kind]
    commercetools.fails("/orders", status, text, times=2, **headers)
    assert ids_of(Orders(project), first_pass(Orders(project), site, 2)) == wanted


@pytest.mark.parametrize("kind", PASSING)
def test_lasting_trouble_ends_in_an_error_that_is_tried_again_later(
    commercetools: CommercetoolsServer, open_project: Open, kind: str
) -> None:
    project = open_project()
    site, (status, text, headers) = website(project), PASSING[kind]
    commercetools.fails(
        "/orders", status, text, times=500, **({**headers, "Retry-After": "60"} if status == 429 else headers)
    )
    with pytest.raises(RetryableError) as caught:
        first_pass(Orders(project), site)
    assert isinstance(caught.value, RateLimited if status == 429 else Transient)


def test_pages_shrink_until_the_platform_can_bear_them_and_stay_so(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    wanted = some_orders(commercetools, 100)
    project = open_project()
    site = website(project)
    commercetools.asked()
    commercetools.fails("/orders", 400, body("QueryTimedOut"), times=2)
    assert ids_of(Orders(project), first_pass(Orders(project), site)) == wanted
    sizes = [call.split("limit=")[1].split("&")[0] for call in commercetools.asked()]
    assert sizes == ["150", "75", "37", "37", "37"]


def test_a_refused_query_is_no_reason_to_ask_again(commercetools: CommercetoolsServer, open_project: Open) -> None:
    project = open_project()
    commercetools.fails("/orders", 400, body("InvalidInput", "Malformed parameter"), X_Correlation_ID="projects-1")
    with pytest.raises(FatalError, match="projects-1"):
        project.api.page("orders", Ask())


def test_a_page_that_repeats_for_ever_ends_the_run(commercetools: CommercetoolsServer, open_project: Open) -> None:
    some_orders(commercetools, 5)
    project = open_project()
    site = website(project)
    commercetools.control("state", {"stuck": True})
    with pytest.raises(FatalError) as caught:
        first_pass(Orders(project), site, 2)
    assert caught.value.code is PAGE_REPEATS


@pytest.mark.parametrize("skew", [120, -120])
def test_windows_follow_the_platforms_clock(commercetools: CommercetoolsServer, open_project: Open, skew: int) -> None:
    commercetools.control("state", {"skew": skew})
    theirs = clock.before(clock.now(), -skew)
    wanted = some_orders(commercetools, 2, theirs.removesuffix("Z") + ".500Z")
    project = open_project(overlap_seconds=0)
    site = website(project)
    assert sorted(changed(Orders(project), project, clock.before(theirs, 600))) == wanted
    clock_of = next(one for one in Commercetools(commercetools.settings()).check() if one.name == "clock")
    assert clock_of.state == "missing"
    assert str(abs(skew)) in clock_of.text
    _, behind = drained(Orders(project), site, Cursor("changed", since=clock.before(theirs, 600)))
    assert abs((clock.parse(behind.since) - clock.parse(theirs)).total_seconds()) < 60


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_equal_instants_over_a_page_edge_are_all_read(
    commercetools: CommercetoolsServer, open_project: Open, limit: int
) -> None:
    now = clock.now()
    wanted = some_orders(commercetools, 7, now.removesuffix("Z") + ".000Z")
    project = open_project()
    assert changed(Orders(project), project, clock.before(now, 600), limit) == wanted


def test_a_row_that_changes_while_its_window_is_read_comes_with_the_next_one(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    before = clock.before(clock.now(), 3)
    ids = some_orders(commercetools, 6, before.removesuffix("Z") + ".000Z")
    project = open_project(settle_seconds=2, overlap_seconds=0)
    stream, site = Orders(project), website(project)
    page = stream.read(site, Cursor("changed", since=clock.before(before, 5)), 3)
    assert ids_of(stream, list(page.rows)) == ids[:3]
    number = next(one for one in range(6) if uid("order", one) == ids[4])
    later = clock.before(clock.now(), -1).removesuffix("Z") + ".000Z"
    commercetools.seed("order", documents.order(number, lastModifiedAt=later))
    rows, behind = drained(stream, site, page.next_cursor, 3)
    assert ids_of(stream, rows) == [ids[3], ids[5]]
    commercetools.control("state", {"skew": 10})
    project.memory = type(project.memory)()
    project.resource()
    assert ids_of(stream, drained(stream, site, behind)[0]) == [ids[4]]


def test_after_a_long_absence_several_windows_are_read(commercetools: CommercetoolsServer, open_project: Open) -> None:
    days = [clock.before(clock.now(), 86_400 * day + 60) for day in (3, 2, 1)]
    for number, at in enumerate(days):
        commercetools.seed("order", documents.order(number, lastModifiedAt=at.removesuffix("Z") + ".000Z"))
    project = open_project()
    read = changed(Orders(project), project, clock.before(clock.now(), 86_400 * 3.5))
    assert set(read) == {uid("order", number) for number in range(3)}


def test_a_cursor_in_2999_reads_nothing_and_stays(commercetools: CommercetoolsServer, open_project: Open) -> None:
    some_orders(commercetools, 2)
    project = open_project()
    rows, behind = drained(Orders(project), website(project), Cursor("changed", since="2999-01-01T00:00:00Z"))
    assert rows == []
    assert behind.since < "2999"


def test_every_id_is_read_once_whatever_the_page(commercetools: CommercetoolsServer, open_project: Open) -> None:
    commercetools.seed("customer", *[documents.customer(number) for number in range(23)])
    variants = [documents.variant(1, number) for number in range(1, 13)]
    commercetools.seed("product", documents.product(1, *variants), *[documents.product(n) for n in range(2, 9)])
    project = open_project()
    site = website(project)
    for stream, count in ((Customers(project), 23), (Products(project), 19)):
        read = ids_of(stream, first_pass(stream, site, 5))
        assert len(set(read)) == len(read) == count
        assert every_id(stream, site, 1000) == read


def test_hostile_records_harm_themselves_alone(commercetools: CommercetoolsServer, open_project: Open) -> None:
    hostile = 'Robert\'); DROP TABLE "Students";-- \u202e\u0000 😀 <script>'
    commercetools.seed(
        "order",
        documents.order(1, store={"typeId": "store", "key": 'x" or "1"="1'}, billingAddress={"firstName": hostile}),
        documents.order(2, totalPrice={"currencyCode": "GBP"}, taxedPrice=None),
        documents.order(3, lineItems=[{"id": "broken"}]),
        documents.order(4),
    )
    project = open_project()
    stream = Orders(project)
    understood, refused = [], []
    for row in first_pass(stream, website(project)):
        try:
            understood.append(stream.to_commerce(row))
        except DotbridgeError as error:
            refused.append(error.code.id)
    assert {one.number for one in understood} == {"N-1", "N-4"}
    assert refused == ["SRC-ROW-BROKEN"] * 2
    assert {one.first_name for one in understood} == {hostile, "Ada"}


def test_profiles_divide_a_project_without_overlap_or_gap(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    stores = [
        {**documents.base("store", n), "key": key, "languages": ["en"]} for n, key in enumerate(("north", "south"))
    ]
    commercetools.seed("store", *stores)
    for number in range(6):
        key = ("north", "south", "")[number % 3]
        store = {"store": {"typeId": "store", "key": key}} if key else {}
        commercetools.seed("order", documents.order(number, **store))
    project = open_project(profiles={"n": {"stores": ["north"]}, "s": {"stores": ["south"], "storeless": True}})
    stream = Orders(project)
    found = {code: ids_of(stream, first_pass(stream, one.website)) for code, one in project.profiles().items()}
    assert {code: len(ids) for code, ids in found.items()} == {"n": 2, "s": 4}
    assert sorted(found["n"] + found["s"]) == sorted(uid("order", number) for number in range(6))


@pytest.mark.parametrize(
    "settings",
    [
        {"consent_refusal": "perhaps"},
        {"status": "weather"},
        {"order_key": "name"},
        {"order_fields": {"keep": []}},
        {"order_fields": ["giftMessage"]},
        {"profiles": {"uk": ["london"]}},
        {"product_url": "https://shop.example/{slag}"},
    ],
)
def test_a_setting_that_cannot_be_is_refused_before_anything_is_read(
    commercetools: CommercetoolsServer, settings: dict[str, Any]
) -> None:
    source = Commercetools(commercetools.settings(**settings))
    with pytest.raises(ConfigError):
        source.check()
    source.close()


def test_a_slow_connection_does_not_read_the_overlap_for_ever(
    commercetools: CommercetoolsServer, open_project: Open
) -> None:
    at = clock.before(clock.now(), 5)
    some_orders(commercetools, 6, at.removesuffix("Z") + ".000Z")
    project = open_project()
    stream, site = Orders(project), website(project)
    cursor, read = Cursor("changed", since=clock.before(at, 600)), 0
    for page_number in range(1, 9):
        page = stream.read(site, cursor, 1)
        cursor, read = page.next_cursor, read + len(page.rows)
        # Each page takes the platform twenty seconds.
        commercetools.control("state", {"skew": 20 * page_number})
        project.api.get()
        if not page.more:
            break
    assert (read, page.more) == (6, False)
