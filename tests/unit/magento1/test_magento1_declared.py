"""What the platform declares agrees with its documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from dotbridge.errors import ConfigError
from dotbridge.sources.magento1.grants import grants
from dotbridge.sources.magento1.schema import READ, SITE_TABLES, STREAM_TABLES
from dotbridge.sources.magento1.source import Magento1
from dotbridge.sources.mysql import Shop, integers

HOW_TO = Path(__file__).parents[3] / "docs/how-to/magento1-grants.md"


def test_the_how_to_lists_exactly_the_tables_that_are_read() -> None:
    written = [line.strip() for line in HOW_TO.read_text().splitlines() if line.strip().startswith("GRANT ")]
    assert written == list(grants())


def test_tables_of_streams_and_websites_are_all_declared() -> None:
    assert set(SITE_TABLES) <= set(READ)
    assert {table for tables in STREAM_TABLES.values() for table in tables} <= set(READ)
    assert tuple(STREAM_TABLES) == Magento1.collections


def test_only_the_passwords_are_secret() -> None:
    assert [field.name for field in Magento1.fields if field.secret] == ["password", "write_password"]


def test_prefixes_and_names_cannot_leave_their_quotes() -> None:
    with pytest.raises(ConfigError):
        Shop("h", 1, "u", "p", "d", prefix="a`b")
    shop = Shop("h", 1, "u", "p", "d", prefix="mage_")
    assert shop.table("core_store") == "`mage_core_store`"
    with pytest.raises(ValueError, match="no table name"):
        shop.table("x` y")


def test_only_numbers_reach_an_in_list() -> None:
    assert integers(["1", 22, "003", "x", "", "1;DROP", "-1", "²", "1e3"]) == "1,22,3"


def test_a_setting_that_is_missing_or_no_number_is_named() -> None:
    whole = {"host": "h", "database": "d", "user": "u", "password": "p"}
    for change, field in (
        ({"host": ""}, "host"),
        ({"port": "mysql"}, "port"),
        ({"overlap_seconds": -1}, "overlap_seconds"),
    ):
        with pytest.raises(ConfigError) as refused:
            Magento1(whole | change)
        assert refused.value.field == field
    Magento1(whole | {"port": "3307"}).close()
