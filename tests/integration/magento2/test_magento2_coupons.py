"""Codes are made by the shop's generator, each once, and taken back when they end before their rule does."""

from __future__ import annotations

import re
import sqlite3

import pytest

from dotbridge.errors import ConfigError
from dotbridge.sources.coupons import Spelling
from dotbridge.sources.magento2.codes import ACCESS_REFUSED, COUPON_RULE
from dotbridge.sources.magento2.coupons import RuleCoupons
from support.magento2_reading import Open
from support.northwind_shop import Northwind

RULE = "3"


def held(shop: Northwind) -> set[str]:
    with sqlite3.connect(shop.database, timeout=30) as db:
        return {row[0] for row in db.execute("SELECT code FROM coupon")}


def test_codes_are_made_as_they_are_spelled_and_taken_back(own_northwind: Northwind, open_shop: Open) -> None:
    coupons = RuleCoupons(open_shop(own_northwind.url, own_northwind.bearer).rest)
    before = held(own_northwind)
    made = coupons.generate(RULE, 5, Spelling(length=9, prefix="DD-", suffix="-X", every=4))
    assert len(set(made)) == 5
    assert all(re.fullmatch(r"DD-[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]-X", code) for code in made)
    assert held(own_northwind) == before | set(made)
    coupons.withdraw(made[:3])
    coupons.withdraw(made[:3])
    assert held(own_northwind) == before | set(made[3:])


@pytest.mark.parametrize("rule", ["1", "999"])
def test_a_rule_that_generates_no_codes_says_what_to_choose(
    own_northwind: Northwind, open_shop: Open, rule: str
) -> None:
    coupons = RuleCoupons(open_shop(own_northwind.url, own_northwind.bearer).rest)
    with pytest.raises(ConfigError) as caught:
        coupons.generate(rule, 1)
    assert (caught.value.code, caught.value.field) == (COUPON_RULE, "rule_id")


def test_without_the_right_nothing_is_made(own_northwind: Northwind, open_shop: Open) -> None:
    before = held(own_northwind)
    with pytest.raises(ConfigError) as caught:
        RuleCoupons(open_shop(own_northwind.url, "guessed-token").rest).generate(RULE, 1)
    assert caught.value.code is ACCESS_REFUSED
    assert held(own_northwind) == before
