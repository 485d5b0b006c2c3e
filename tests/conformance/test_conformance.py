"""What every platform must be able to do. The table in docs/reference/conformance.md is made from these cases."""

from __future__ import annotations

import gc
import logging
import tracemalloc
from collections import Counter
from contextlib import suppress
from itertools import pairwise

import msgspec
import pytest
from conformance_reading import ids, only_order, opened, read, stored

from dotbridge.errors import ConfigError, FatalError, RecordError, RetryableError
from dotbridge.sources.base import Cursor
from support.benches.base import Bench, GivenCustomer, GivenOrder, HttpTrouble

HOSTILE = (
    """"><script>alert('x')</script>""",
    "'; DROP TABLE sales_order; --",
    "${jndi:ldap://x}{{7*7}}%s%n",
    "\u202e\u05ea\u05d9\u05e8\u05d1\u05e2 \u200f\u0301",
    "A" * 255,
)
EMOJI = "Zoë 👩‍👩‍👧‍👦 🇬🇧"


def test_bad_credentials_end_in_an_error_that_a_person_can_act_on(shop: Bench) -> None:
    with pytest.raises(ConfigError) as refused, opened(shop, **shop.refused()) as (source, _):
        source.check()
    assert refused.value.code.todo
    assert not [secret for secret in shop.secrets if secret in str(refused.value)]


def test_pages_are_ordered_and_resumed_by_another_process(shop: Bench) -> None:
    shop.put_orders([GivenOrder(id=n) for n in range(1, 24)])
    found: list[int] = []
    cursor = Cursor()
    while cursor.phase == "all":
        with opened(shop) as (source, website):
            stream = source.streams()["orders"]
            page = stream.read(website, cursor, 5)
            assert len(page.rows) <= 5
            found += ids(shop, stream, page.rows)
            cursor = stored(page.next_cursor)
    assert found == list(range(1, 24))
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        assert [shop.number_of(one) for one in stream.ids(website, shop.id_of(10), 5)] == [11, 12, 13, 14, 15]
        assert stream.count(website) in (23, None)


def test_equal_instants_over_a_page_edge_are_all_read(shop: Bench) -> None:
    shop.put_orders([GivenOrder(id=n, changed_at="2026-03-02 10:00:00") for n in range(1, 12)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        found, _ = read(stream, website, 3, Cursor("changed", since="2026-03-02T09:59:59Z"))
        assert sorted(set(ids(shop, stream, found))) == list(range(1, 12))


def test_a_row_that_changes_while_paging_is_read_again(shop: Bench) -> None:
    shop.put_orders([GivenOrder(id=n, changed_at=f"2026-03-02 10:00:{n:02}") for n in range(1, 12)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        page = stream.read(website, Cursor("changed", since="2026-03-02T09:59:59Z"), 3)
        shop.put_orders([GivenOrder(id=2, changed_at=shop.just_now(), status="complete")])
        found, cursor = read(stream, website, 3, stored(page.next_cursor))
        found += read(stream, website, 3, cursor)[0]
        again = [stream.to_commerce(row) for row in found if ids(shop, stream, [row]) == [2]]
        assert again
        assert again[-1].status == shop.complete
        assert set(range(4, 12)) <= set(ids(shop, stream, found))


def test_parts_of_a_stream_read_in_any_order_make_the_whole(shop: Bench) -> None:
    shop.put_orders([GivenOrder(id=n) for n in range(1, 12)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        known = list(stream.ids(website, "", 100))
        cuts = ["", known[2], known[6], ""] if stream.in_parts else ["", ""]
        found: list[int] = []
        for after, until in reversed(list(pairwise(cuts))):
            cursor = Cursor(after=after, until=until)
            while cursor.phase == "all":
                page = stream.read(website, cursor, 3)
                found += ids(shop, stream, page.rows)
                cursor = stored(page.next_cursor)
        assert sorted(found) == list(range(1, 12))


def test_a_stream_is_cut_where_its_parts_join_again(shop: Bench) -> None:
    shop.put_orders([GivenOrder(id=n) for n in range(1, 12)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        assert stream.in_parts
        first = stream.read(website, Cursor(), 3)
        found = ids(shop, stream, first.rows)
        ends = list(stream.ends(website, first.next_cursor.after, 2))
        assert len(ends) > 1
        assert [end for end, _ in ends].index("") == len(ends) - 1
        shop.put_orders([GivenOrder(id=12)])  # of no part but the last one
        after = first.next_cursor.after
        for end, _ in ends:
            cursor = msgspec.structs.replace(stored(first.next_cursor), after=after, until=end)
            while cursor.phase == "all":
                page = stream.read(website, cursor, 2)
                found += ids(shop, stream, page.rows)
                cursor = stored(page.next_cursor)
            after = end
        assert Counter(found) == Counter(range(1, 13))
        assert cursor.phase == "changed"


def test_deleted_records_are_gone_from_ids_and_fetch(shop: Bench) -> None:
    shop.put_orders([GivenOrder(id=n) for n in range(1, 6)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        shop.delete_order(3)
        assert [shop.number_of(one) for one in stream.ids(website, "", 10)] == [1, 2, 4, 5]
        assert sorted(ids(shop, stream, stream.fetch(website, [shop.id_of(n) for n in (2, 3, 4)]))) == [2, 4]
        assert not stream.fetch(website, ["no number", "", "999999999", "1; DROP TABLE x"])


@pytest.mark.parametrize("name", HOSTILE, ids=["markup", "sql", "templates", "directions", "long"])
def test_hostile_names_come_through_as_they_are(shop: Bench, name: str) -> None:
    shop.put_customers([GivenCustomer(id=1, name=name)])
    shop.put_orders([GivenOrder(id=1, name=name)])
    with opened(shop) as (source, website):
        stream = source.streams()["customers"]
        (row,) = read(stream, website, 10)[0]
        assert stream.to_commerce(row).first_name == name
    assert only_order(shop).first_name == name


def test_emoji_come_through_whole(shop: Bench) -> None:
    shop.put_customers([GivenCustomer(id=1, name=EMOJI)])
    with opened(shop) as (source, website):
        stream = source.streams()["customers"]
        (row,) = read(stream, website, 10)[0]
        assert stream.to_commerce(row).first_name == EMOJI


@pytest.mark.parametrize(
    ("currency", "total", "amount"),
    [("JPY", "12345", 123_450_000), ("KWD", "1.234", 12_340), ("GBP", "0.01", 100), ("EUR", "99999.99", 999_999_900)],
)
def test_amounts_of_any_currency_are_exact(shop: Bench, currency: str, total: str, amount: int) -> None:
    shop.put_orders([GivenOrder(id=1, currency=currency, total=total)])
    order = only_order(shop)
    assert (order.currency, order.total) == (currency, amount)


@pytest.mark.parametrize(
    "placed_at", ["2026-03-29 00:59:59", "2026-03-29 01:00:00", "2026-10-25 00:30:00", "2026-10-25 01:30:00"]
)
def test_hours_that_clocks_skip_or_repeat_keep_their_instant(shop: Bench, placed_at: str) -> None:
    shop.put_orders([GivenOrder(id=1, placed_at=placed_at)])
    assert only_order(shop).placed_at == f"{placed_at.replace(' ', 'T')}Z"


def test_a_missing_address_holds_up_nobody_else(shop: Bench) -> None:
    shop.put_orders([GivenOrder(id=1), GivenOrder(id=2, email=None), GivenOrder(id=3)])
    shop.put_customers([GivenCustomer(id=1), GivenCustomer(id=2, email=None, name="Nobody")])
    with opened(shop) as (source, website):
        for name, whole in (("orders", 3), ("customers", 2)):
            stream = source.streams()[name]
            rows, _ = read(stream, website, 10)
            assert len(rows) == whole
            for row in rows:
                missing = ids(shop, stream, [row]) == [2]
                try:
                    assert (stream.to_commerce(row).email == "") == missing
                except RecordError:
                    assert missing


def test_an_instant_far_in_the_future_hides_nothing_that_comes_later(shop: Bench) -> None:
    shop.put_orders([GivenOrder(id=1), GivenOrder(id=2, changed_at=shop.latest)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        found, cursor = read(stream, website, 10)
        assert {1, 2} <= set(ids(shop, stream, found))
        _, cursor = read(stream, website, 10, cursor)
        shop.put_orders(
            [
                GivenOrder(id=3, changed_at=shop.just_now()),
                GivenOrder(id=1, changed_at=shop.just_now(), status="complete"),
            ]
        )
        later, cursor = read(stream, website, 10, cursor)
        assert {1, 3} <= set(ids(shop, stream, later))


TOO_MANY = {"with Retry-After": {"Retry-After": "0"}, "without": {}}
HTML = b"<!doctype html><html><body><h1>Service Unavailable</h1></body></html>"


@pytest.mark.parametrize("headers", TOO_MANY.values(), ids=TOO_MANY)
def test_too_many_calls_wait_for_their_turn(shop: Bench, headers: dict[str, str]) -> None:
    shop.put_orders([GivenOrder(id=n) for n in range(1, 8)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        shop.fails(HttpTrouble(status=429, headers=headers), 2)
        assert ids(shop, stream, read(stream, website, 3)[0]) == list(range(1, 8))


def test_a_long_wait_is_left_to_the_job(shop: Bench) -> None:
    shop.put_orders([GivenOrder(id=1)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        shop.fails(HttpTrouble(status=429, headers={"Retry-After": "600"}), 99)
        with pytest.raises(RetryableError) as wait:
            read(stream, website, 3)
        assert wait.value.retry_after == 600


def test_a_web_page_with_503_loses_nothing(shop: Bench) -> None:
    shop.put_orders([GivenOrder(id=n) for n in range(1, 8)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        page = stream.read(website, Cursor(), 3)
        found, cursor = ids(shop, stream, page.rows), stored(page.next_cursor)
        shop.fails(HttpTrouble(status=503, body=HTML, kind="text/html"), 2)
        for _ in range(3):
            # It is ridden out, or the turn ends in an error after which the job comes again with the same cursor.
            with suppress(RetryableError):
                found += ids(shop, stream, read(stream, website, 3, cursor)[0])
                break
        assert found == list(range(1, 8))


def test_an_answer_that_breaks_off_is_asked_for_again(shop: Bench) -> None:
    shop.put_orders([GivenOrder(id=n) for n in range(1, 8)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        shop.fails(HttpTrouble(status=0), 2)
        assert ids(shop, stream, read(stream, website, 3)[0]) == list(range(1, 8))


@pytest.mark.parametrize("status", [401, 403], ids=["expired token", "revoked right"])
def test_a_token_or_a_right_that_ends_while_reading_loses_nothing(shop: Bench, status: int) -> None:
    shop.put_orders([GivenOrder(id=n) for n in range(1, 8)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        page = stream.read(website, Cursor(), 3)
        found, cursor = ids(shop, stream, page.rows), stored(page.next_cursor)
        shop.fails(HttpTrouble(status=status, body=b'{"message": "No."}'), 99)
        with pytest.raises(ConfigError) as refused:
            read(stream, website, 3, cursor)
        assert refused.value.code.todo
        assert not [secret for secret in shop.secrets if secret in str(refused.value)]
        shop.recovers()
        found += ids(shop, stream, read(stream, website, 3, cursor)[0])
        assert found == list(range(1, 8))


def test_a_page_that_repeats_for_ever_ends_with_an_error(shop: Bench) -> None:
    shop.put_orders([GivenOrder(id=n) for n in range(1, 8)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        shop.repeats()
        with pytest.raises((FatalError, RetryableError)) as stopped:
            read(stream, website, 3)
        assert stopped.value.code.todo
        shop.recovers()
        assert ids(shop, stream, read(stream, website, 3)[0]) == list(range(1, 8))


@pytest.mark.parametrize("skew", [120, -120])
def test_a_clock_two_minutes_off_skips_nothing(shop: Bench, skew: int) -> None:
    shop.set_clock(skew)
    shop.put_orders([GivenOrder(id=1), GivenOrder(id=2)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        _, cursor = read(stream, website, 10)
        _, cursor = read(stream, website, 10, cursor)
        at = shop.just_now()
        shop.put_orders([GivenOrder(id=2, changed_at=at, status="complete"), GivenOrder(id=3, changed_at=at)])
        later, _ = read(stream, website, 10, cursor)
        assert {2, 3} <= set(ids(shop, stream, later))
    with opened(shop) as (source, _):
        (told,) = [one for one in source.check() if one.name.startswith("clock")]
        assert (told.state, bool(told.todo)) == ("missing", True)
        assert "120" in told.text or "119" in told.text or "121" in told.text


def test_memory_is_flat_in_the_number_of_rows(shop: Bench) -> None:
    few, many = _peak(shop, 200), _peak(shop, 2000)
    assert many < 1.5 * few + 200_000


def _peak(shop: Bench, number: int) -> int:
    shop.put_orders([GivenOrder(id=n) for n in range(1, number + 1)])
    with opened(shop) as (source, website):
        stream = source.streams()["orders"]
        stream.read(website, Cursor(), 100)
        gc.collect()
        tracemalloc.start()
        try:
            cursor, seen = Cursor(), 0
            while cursor.phase == "all":
                page = stream.read(website, cursor, 100)
                seen += len(page.rows)
                cursor = page.next_cursor
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            assert seen >= number


def test_secrets_are_in_no_log_and_no_text(shop: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shop.put_orders([GivenOrder(id=1)])
    told = []
    with opened(shop) as (source, website):
        told += [repr(source), *[f"{check.text} {check.todo}" for check in source.check()]]
        read(source.streams()["orders"], website, 10)
    with pytest.raises(ConfigError) as refused, opened(shop, **shop.refused()) as (source, _):
        source.check()
    told += [str(refused.value), caplog.text]
    assert not [secret for secret in shop.secrets for text in told if secret in text]
