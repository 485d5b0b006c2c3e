"""Wrong credentials, ended tokens, gateways, caches and moving rows: a clear error, nothing lost, nothing for ever."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dotbridge.errors import ConfigError, DotbridgeError, FatalError, RetryableError
from dotbridge.sources.base import Cursor
from dotbridge.sources.codes import CREDENTIALS_REFUSED, DATABASE_UNKNOWN, QUERY_SLOW, SHOP_UNREACHABLE
from dotbridge.sources.codes import RIGHT_MISSING as TABLE_REFUSED
from dotbridge.sources.orocommerce.codes import (
    ACCESS_INCOMPLETE,
    ACCESS_REFUSED,
    API_OFF,
    MAINTENANCE,
    PAGE_REPEATS,
    RIGHT_MISSING,
)
from dotbridge.sources.orocommerce.source import OroCommerce
from support.oro_api import Answer, Asked, OroApi
from support.oro_reading import SINCE_EVER, both_ways, drained, every_id, first_pass, opened
from support.oro_shop import DRAFT, LISTS, ORDERS, PEOPLE, PRODUCTS, SUB_ORDER, OroShop

pytestmark = pytest.mark.postgresql


@pytest.fixture
def by_api(oro_api: OroApi) -> Iterator[OroCommerce]:
    with opened(**oro_api.settings) as source:
        yield source


def order_ids(source: OroCommerce, size: int = 7) -> list[str]:
    stream = source.streams()["orders"]
    return [stream.identify(row)[0] for row in first_pass(stream, source.websites()[0], size)]


ALL_ORDERS = [str(one) for one in range(1, ORDERS + 3) if one not in (SUB_ORDER, DRAFT)]


def times(count: int, resource: str, instead: Callable[[Answer], Answer]) -> Callable[[Asked, Answer], Answer]:
    """The first ``count`` answers of a resource are replaced."""
    left = [count]

    def trouble(asked: Asked, answer: Answer) -> Answer:
        if left[0] and asked.path.endswith(resource):
            left[0] -= 1
            return instead(answer)
        return answer

    return trouble


@pytest.mark.parametrize("wrong", ["client_id", "client_secret"])
def test_wrong_credentials_of_the_api_are_a_config_error_without_the_secret(oro_api: OroApi, wrong: str) -> None:
    with opened(**{**oro_api.settings, wrong: "not-the-right-one"}) as source, pytest.raises(ConfigError) as caught:
        source.check()
    assert caught.value.code is ACCESS_REFUSED
    assert "not-the-right-one" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"db_password": "not-the-right-one"}, CREDENTIALS_REFUSED), ({"db_name": "nowhere"}, DATABASE_UNKNOWN)],
)
def test_wrong_credentials_of_the_database_are_a_config_error(oro: OroShop, change: dict[str, Any], code: Any) -> None:
    with opened(**{**oro.reader, **change}) as source, pytest.raises(ConfigError) as caught:
        source.check()
    assert caught.value.code is code
    assert "not-the-right-one" not in str(caught.value)


def test_a_connection_without_any_access_says_what_is_missing() -> None:
    with pytest.raises(ConfigError) as caught:
        OroCommerce({"base_url": "https://shop.example"}).check()
    assert caught.value.code is ACCESS_INCOMPLETE
    assert "client_secret" in caught.value.why


def test_an_api_that_is_switched_off_is_told_from_one_that_fails(oro_api: OroApi) -> None:
    with opened(**{**oro_api.settings, "api_path": "/other"}) as source, pytest.raises(ConfigError) as caught:
        source.check()
    assert caught.value.code is API_OFF
    oro_api.trouble = lambda asked, answer: (
        answer if asked.path == "/oauth2-token" else Answer(200, b"<!DOCTYPE html><html>Login</html>", "text/html")
    )
    with opened(**oro_api.settings) as source, pytest.raises(ConfigError) as caught:
        source.check()
    assert caught.value.code is API_OFF


def test_a_token_that_ends_is_asked_for_again(oro_api: OroApi, by_api: OroCommerce) -> None:
    stream, website = by_api.streams()["orders"], by_api.websites()[0]
    page = stream.read(website, Cursor(), 7)
    oro_api.tokens.clear()  # ended before its time, or the server was restarted
    rows, _ = drained(stream, website, page.next_cursor, 7)
    assert len(rows) + len(page.rows) >= ORDERS
    assert oro_api.paths().count("/oauth2-token") == 2


def test_a_token_is_renewed_before_it_ends_and_used_until_then(oro_api: OroApi) -> None:
    oro_api.lifetime = 0.4
    with opened(**oro_api.settings) as source:
        assert order_ids(source) == ALL_ORDERS
        time.sleep(0.5)
        assert order_ids(source) == ALL_ORDERS
    assert 2 <= oro_api.paths().count("/oauth2-token") < len(oro_api.paths()) / 2


def test_a_right_that_is_missing_costs_its_collection_alone(oro_api: OroApi, by_api: OroCommerce) -> None:
    oro_api.forbidden.add("products")
    found = {check.name: check for check in by_api.check()}
    assert found["way:products"].state == "missing"
    assert set(by_api.streams()) == {"customers", "orders"}


def test_a_right_that_is_taken_away_while_reading_is_a_config_error(oro_api: OroApi, by_api: OroCommerce) -> None:
    stream, website = by_api.streams()["orders"], by_api.websites()[0]
    page = stream.read(website, Cursor(), 7)
    oro_api.forbidden.add("orders")
    with pytest.raises(ConfigError) as caught:
        stream.read(website, page.next_cursor, 7)
    assert caught.value.code is RIGHT_MISSING


def test_a_right_on_a_table_that_is_taken_away_is_a_config_error(oro: OroShop) -> None:
    with opened(**oro.reader) as source:
        stream, website = source.streams()["orders"], source.websites()[0]
        oro.run("REVOKE SELECT ON oro_order FROM shop_reader")
        with pytest.raises(ConfigError) as caught:
            stream.read(website, Cursor(), 7)
    assert caught.value.code is TABLE_REFUSED


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0"}])
def test_calls_that_are_too_many_wait_for_their_turn(
    oro_api: OroApi, by_api: OroCommerce, headers: dict[str, str]
) -> None:
    by_api.streams()
    oro_api.trouble = times(2, "orders", lambda _: Answer(429, b"", headers=headers))
    assert order_ids(by_api) == ALL_ORDERS


def test_a_long_wait_is_left_to_the_queue(oro_api: OroApi, by_api: OroCommerce) -> None:
    by_api.streams()
    oro_api.trouble = times(99, "orders", lambda _: Answer(429, b"", headers={"Retry-After": "600"}))
    with pytest.raises(RetryableError) as caught:
        order_ids(by_api)
    assert caught.value.retry_after == 600


def test_maintenance_is_told_from_a_failure(oro_api: OroApi, by_api: OroCommerce) -> None:
    by_api.streams()
    oro_api.trouble = times(99, "orders", lambda _: Answer(503, b"<html>Be right back</html>", "text/html"))
    with pytest.raises(RetryableError) as caught:
        order_ids(by_api)
    assert (caught.value.code, caught.value.retry_after) == (MAINTENANCE, 60)


def test_an_answer_that_breaks_off_is_asked_for_again(oro_api: OroApi, by_api: OroCommerce) -> None:
    by_api.streams()
    oro_api.trouble = times(2, "orders", lambda answer: answer._replace(cut=True))
    assert order_ids(by_api) == ALL_ORDERS


def test_a_page_that_is_too_much_is_asked_for_in_smaller_ones(oro_api: OroApi, by_api: OroCommerce) -> None:
    by_api.streams()
    oro_api.trouble = lambda asked, answer: Answer(504, b"") if int(asked.query.get("page[size]", 0)) > 5 else answer
    assert order_ids(by_api, 100) == ALL_ORDERS


def test_a_page_that_repeats_for_ever_ends_with_an_error(oro_api: OroApi, by_api: OroCommerce) -> None:
    kept: list[Answer] = []
    by_api.streams()

    def cache(asked: Asked, answer: Answer) -> Answer:
        if asked.path.endswith("orders") and asked.query.get("page[size]") == "7":
            kept.append(answer)
            return kept[0]
        return answer

    oro_api.trouble = cache
    with pytest.raises(FatalError) as caught:
        order_ids(by_api)
    assert caught.value.code is PAGE_REPEATS
    kept.clear()
    stream, website = by_api.streams()["orders"], by_api.websites()[0]
    with pytest.raises(FatalError):
        drained(stream, website, SINCE_EVER, 7)


def test_what_is_no_document_is_no_empty_list(oro_api: OroApi, by_api: OroCommerce) -> None:
    by_api.streams()
    oro_api.trouble = times(1, "orders", lambda _: Answer(200, b"[]"))
    with pytest.raises(FatalError):
        order_ids(by_api)


@pytest.mark.parametrize("skew", [120.0, -120.0])
def test_windows_go_by_the_clock_of_the_shop(oro_api: OroApi, by_api: OroCommerce, oro: OroShop, skew: float) -> None:
    oro_api.skew = skew
    stream, website = by_api.streams()["orders"], by_api.websites()[0]
    _, cursor = drained(stream, website, Cursor())
    oro.run(f"UPDATE oro_order SET updated_at = now() AT TIME ZONE 'UTC' + interval '{skew - 10} seconds' WHERE id = 5")
    rows, _ = drained(stream, website, cursor)
    assert [row.id for row in rows] == [5]
    found = {check.name: check for check in by_api.check()}
    assert found["clock of the api"].state == "missing"


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("way", ["database", "api"])
def test_equal_instants_over_page_edges_are_read_once(oro_api: OroApi, way: str, links: bool) -> None:
    oro_api.links = links
    counts = {"customers": PEOPLE, "orders": ORDERS, "products": PRODUCTS * 3, "carts": LISTS}
    with opened(**both_ways(oro_api)[way]) as source:
        website = source.websites()[0]
        for name, stream in source.streams().items():
            if name not in counts or (way == "api" and name == "customers"):
                continue
            rows, _ = drained(stream, website, SINCE_EVER, 7)
            assert len(rows) == counts[name], name
            assert len({(row.id, getattr(row, "store_id", "")) for row in rows}) == counts[name]


@pytest.mark.parametrize("way", ["database", "api"])
def test_ids_are_those_of_a_full_pass_and_resumable(oro_api: OroApi, way: str) -> None:
    with opened(**both_ways(oro_api)[way]) as source:
        website = source.websites()[0]
        for stream in source.streams().values():
            read = [stream.identify(row)[0] for row in first_pass(stream, website, 7)]
            assert list(dict.fromkeys(read)) == every_id(stream, website)
            assert stream.fetch(website, ["999999", "no-id", "1" * 40]) == []


@pytest.mark.parametrize("way", ["database", "api"])
def test_a_row_that_moves_while_its_window_is_read_is_not_lost(oro_api: OroApi, oro: OroShop, way: str) -> None:
    with opened(**both_ways(oro_api)[way]) as source:
        stream, website = source.streams()["orders"], source.websites()[0]
        page = stream.read(website, SINCE_EVER, 7)
        oro.run("UPDATE oro_order SET updated_at = now() AT TIME ZONE 'UTC' - interval '1 second' WHERE id = 30")
        rows, cursor = drained(stream, website, page.next_cursor, 7)
        oro.run("UPDATE oro_order SET updated_at = now() AT TIME ZONE 'UTC' - interval '7 seconds' WHERE id = 30")
        later, _ = drained(stream, website, cursor, 7)
        assert {row.id for row in (*page.rows, *rows, *later)} == {int(one) for one in ALL_ORDERS}
        assert 30 in {row.id for row in later}


def test_a_cursor_of_the_far_future_reads_nothing_and_ends(oro_api: OroApi) -> None:
    for settings in both_ways(oro_api).values():
        with opened(**settings) as source:
            stream, website = source.streams()["orders"], source.websites()[0]
            rows, cursor = drained(stream, website, Cursor("changed", since="2999-01-01T00:00:00Z"))
            assert (rows, cursor.since) == ([], "2999-01-01T00:00:00Z")


def test_a_new_customer_user_is_found_over_the_api_before_the_compare(
    oro_api: OroApi, by_api: OroCommerce, oro: OroShop
) -> None:
    stream, website = by_api.streams()["customers"], by_api.websites()[0]
    _, cursor = drained(stream, website, Cursor(), 7)
    assert cursor.phase == "changed"
    oro.add("oro_customer_user", id=900, email="new@example.com", created_at="2026-11-01", updated_at="2026-11-01")
    rows, cursor = drained(stream, website, cursor, 7)
    assert [row.id for row in rows] == [900]
    assert drained(stream, website, cursor, 7)[0] == []


def test_an_older_oro_is_read_by_what_it_has(oro_api: OroApi, by_api: OroCommerce, oro: OroShop) -> None:
    """Up to 5.0 orders cannot be asked by their change; up to 6.0 enums are columns and lines belong to one order."""
    oro_api.without.add(("orders", "updatedAt"))
    oro_api.hidden |= {"webhooktopics", "localizations"}
    found = {check.name: check for check in by_api.check()}
    assert found["way:orders"].state == "missing"
    assert order_ids(by_api) == ALL_ORDERS
    oro.run("ALTER TABLE oro_order ADD internal_status_id varchar(32)")
    oro.run("UPDATE oro_order SET internal_status_id = split_part(serialized_data->>'internal_status', '.', 2)")
    oro.run("ALTER TABLE oro_order DROP serialized_data")
    oro.run("ALTER TABLE oro_order_line_item ADD order_id int")
    oro.run(
        "UPDATE oro_order_line_item l SET order_id = m.order_id FROM oro_order_line_items m WHERE m.line_item_id = l.id"
    )
    oro.run("DROP TABLE oro_order_line_items")
    oro.run("GRANT SELECT ON oro_order, oro_order_line_item TO shop_reader")
    with opened(**oro.reader) as source:
        stream, website = source.streams()["orders"], source.websites()[0]
        orders = [stream.to_commerce(row) for row in stream.fetch(website, ["1", "2"])]
    assert [(one.status, len(one.lines)) for one in orders] == [("closed", 1), ("open", 1)]


def test_a_crm_without_commerce_gives_its_contacts(oro_api: OroApi, by_api: OroCommerce, oro: OroShop) -> None:
    oro_api.hidden |= {"customerusers", "orders", "products"}
    stream, website = by_api.streams()["customers"], by_api.websites()[0]
    over_api = [stream.to_commerce(row) for row in first_pass(stream, website)]
    oro.run("DROP TABLE oro_customer_user")
    with opened(**oro.reader) as source:
        assert set(source.streams()) >= {"customers"}
        stream = source.streams()["customers"]
        by_database = [stream.to_commerce(row) for row in first_pass(stream, source.websites()[0])]
    assert [one.email for one in over_api] == ["contact1@example.com", "contact2@example.com"]
    assert [(one.email, one.last_name) for one in by_database] == [(one.email, one.last_name) for one in over_api]


def test_a_query_that_takes_too_long_is_stopped_and_tried_later(oro: OroShop) -> None:
    with opened(**{**oro.reader, "statement_seconds": 1}) as source:
        database = source._opened.database
        assert database is not None
        with pytest.raises(RetryableError) as caught:
            database.query("SELECT pg_sleep(5)")
        assert caught.value.code is QUERY_SLOW
        with pytest.raises(DotbridgeError):
            database.query("CREATE TABLE mine (id int)")


def test_a_connection_that_was_cut_is_opened_again_and_a_dead_server_is_unreachable(oro: OroShop) -> None:
    with opened(**oro.reader) as source:
        website = source.websites()[0]
        oro.server.execute(
            "postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'shop_reader'"
        )
        assert len(first_pass(source.streams()["orders"], website)) == ORDERS
    with opened(**{**oro.reader, "db_port": 1}) as source, pytest.raises(RetryableError) as caught:
        source.check()
    assert caught.value.code is SHOP_UNREACHABLE


def test_what_is_hostile_comes_through_unharmed(oro: OroShop) -> None:
    with opened(**oro.reader) as source:
        website, streams = source.websites()[0], source.streams()
        people = [streams["customers"].to_commerce(row) for row in first_pass(streams["customers"], website)]
        assert 'DROP TABLE oro_order;-- <b>&\\"%s 😀' in people[2].first_name
        assert people[3].last_name == "Müller-Ødegård 🎉"
        assert [one.email for one in people].count("") == 1
        rows = streams["orders"].fetch(website, ["11", "12"])
        orders = {row.id: streams["orders"].to_commerce(row) for row in rows}
        assert (orders[11].currency, orders[11].subtotal) == ("JPY", 25_000_000)
        assert (orders[12].currency, orders[12].lines[0].price) == ("KWD", 31_250)


def test_members_of_a_static_list_leave_out_who_was_removed_or_unsubscribed(oro: OroShop) -> None:
    with opened(**oro.reader) as source:
        lists = source.marketing_lists()
        assert lists is not None
        static, dynamic = lists.all()
        assert (static.readable, dynamic.readable) == (True, False)
        assert lists.members(static.id, 0, 2) == [(1, "Person1@example.com"), (4, "Person4@example.com")]
        assert lists.members(static.id, 4, 2) == [(5, "Person5@example.com")]
        with pytest.raises(ConfigError):
            lists.members(dynamic.id, 0, 10)


def test_an_activity_is_written_once_also_when_its_answer_is_lost(
    oro_api: OroApi, by_api: OroCommerce, oro: OroShop
) -> None:
    from dotbridge.sources.orocommerce.writes import Activity  # noqa: PLC0415 - used by this test alone

    writer = by_api.marketing_activities()
    assert writer is not None
    opened_mail = Activity("open", "2026-03-01T10:00:00Z", ("customerusers", "16"), "82")
    clicked = Activity("click", "2026-03-01T10:00:00Z", ("customerusers", "16"), "82", "https://shop.example/mug")

    def lose(asked: Asked, answer: Answer) -> Answer:
        return answer._replace(cut=True) if asked.method == "POST" and json.loads(asked.body).get("data") else answer

    oro_api.trouble = lose
    first = writer.write([opened_mail, clicked])
    assert writer.write([opened_mail, clicked]) == first
    held = oro.run("SELECT type_id, entity_id, campaign_id, details FROM orocrm_marketing_activity ORDER BY id")
    assert held == [("open", 16, 82, None), ("click", 16, 82, "https://shop.example/mug")]


def test_what_an_oro_can_do_is_asked_once_for_all_turns_and_again_by_a_check(oro_api: OroApi) -> None:
    with opened(**oro_api.settings) as source:
        website, streams = source.websites()[0], source.streams()
        first = len(oro_api.asked)
        found = list(streams["orders"].fetch(website, ["1"]))
    oro_api.asked.clear()
    again = OroCommerce({"overlap_seconds": 120, **oro_api.settings})
    assert list(again.streams()["orders"].fetch(again.websites()[0], ["1"])) == found
    # The token and the record: nothing else.
    assert len(oro_api.asked) <= 2 < first
    oro_api.forbidden.add("products")
    again.close()
    assert "products" in again.streams()
    again.check()
    again.close()
    assert "products" not in again.streams()
    again.close()
