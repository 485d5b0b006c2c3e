"""What the platform declares agrees with its documentation; settings that do not fit are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dotbridge.errors import ConfigError
from dotbridge.sources.magento2.source import Magento2
from dotbridge.sources.magento2.sql.grants import grants
from dotbridge.sources.magento2.sql.schema import READ, SITE_TABLES, STREAM_TABLES

HOW_TO = Path(__file__).parents[3] / "docs/how-to/magento2-grants.md"
TABLES = {"host": "h", "database": "d", "user": "u", "password": "p"}
REST = {"base_url": "https://shop.example", "bearer_token": "t"}


def test_the_how_to_lists_exactly_the_tables_that_are_read() -> None:
    written = [line.strip() for line in HOW_TO.read_text().splitlines() if line.strip().startswith("GRANT ")]
    assert written == list(grants())


def test_tables_of_streams_and_websites_are_all_declared() -> None:
    assert set(SITE_TABLES) <= set(READ)
    assert {table for tables in STREAM_TABLES.values() for table in tables} <= set(READ)
    assert tuple(STREAM_TABLES) == Magento2.collections


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({}, "base_url"),
        ({"base_url": "https://shop.example"}, "consumer_key"),
        ({"bearer_token": "t"}, "base_url"),
        ({**TABLES, "database": ""}, "database"),
        ({**TABLES, "user": ""}, "user"),
        ({**TABLES, "port": "mysql"}, "port"),
        ({**TABLES, "statement_seconds": -1}, "statement_seconds"),
        ({**TABLES, "token": "t"}, "base_url"),
    ],
)
def test_settings_that_give_no_way_into_the_shop_are_named(settings: dict[str, Any], field: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Magento2(settings)
    assert refused.value.field == field


@pytest.mark.parametrize("settings", [TABLES, REST, {**TABLES, **REST}, {**TABLES, "base_url": "https://shop.example"}])
def test_each_way_and_both_together_open_a_shop(settings: dict[str, Any]) -> None:
    Magento2(settings).close()
