"""Codes that a person asks for are remembered, and taken back in the shop when their end has come."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from dotbridge.cli import coupons as command
from dotbridge.errors import ConfigError
from dotbridge.jobs.codes import COUPONS_NONE, COUPONS_UNKNOWN, WEBSITE_UNKNOWN
from dotbridge.jobs.coupons import make
from dotbridge.jobs.once import run_job
from dotbridge.ledger.models import Connection, Coupon, CouponRun, Job
from dotbridge.sources.coupons import Spelling
from dotbridge.sources.magento2.codes import ACCESS_REFUSED, COUPON_RULE
from support.fixtures_toy import dotbridge, sandbox, sandbox_server
from support.fixtures_toy import shop as toy_shop
from support.installation import Installation
from support.magento2_gateway import Answer, Asked, Gateway
from support.northwind_shop import Northwind
from support.toy_shop import ToyShop

__all__ = ["dotbridge", "sandbox", "sandbox_server"]
shop = toy_shop
RULE = "3"
DOT = Spelling(9, prefix="DOT-", every=3)


@pytest.fixture
def gateway(own_northwind: Northwind) -> Iterator[Gateway]:
    with Gateway(own_northwind.url) as found:
        yield found


@pytest.fixture
def installed(dotbridge: Installation, own_northwind: Northwind, gateway: Gateway) -> Installation:
    settings = {"base_url": gateway.url, "bearer_token": own_northwind.bearer, "allow_private": True}
    dotbridge.configuration["connections"] = {"shop": {"platform": "magento2", "account": "main", "settings": settings}}
    dotbridge.configuration["settings"] = {"non_subscribers": "send"}
    dotbridge.configure()
    return dotbridge


def held(northwind: Northwind) -> set[str]:
    """Codes of the shop that are ours by their spelling."""
    with sqlite3.connect(northwind.database, timeout=30) as db:
        return {row[0] for row in db.execute("SELECT code FROM coupon WHERE code LIKE 'DOT-%'")}


def end(*runs: int) -> None:
    """The end of these requests' codes has come."""
    CouponRun.objects.filter(pk__in=runs).update(expires_at=1.0)


def change_token(token: str) -> None:
    """The connection has another token, of the same shop."""
    connection = Connection.objects.get()
    connection.secrets = json.dumps({"bearer_token": token})
    connection.save()


def states() -> dict[str, int]:
    """How many codes are in which state."""
    found = list(Coupon.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}


def test_codes_are_taken_back_when_their_end_has_come_and_not_before(
    installed: Installation, own_northwind: Northwind
) -> None:
    short, long = make("base", RULE, 4, 7, DOT), make("base", RULE, 3, 30, DOT)
    assert held(own_northwind) == {*short, *long}
    assert not run_job("coupon_expiry", "base")["withdrawn"]
    first = CouponRun.objects.order_by("pk")[0]
    assert (first.state, first.quantity) == ("made", 4)
    assert 6.9 * 86_400 < first.expires_at - first.asked_at < 7.1 * 86_400
    end(first.pk)
    assert run_job("coupon_expiry", "base")["withdrawn"] == 4
    assert (held(own_northwind), states()) == (set(long), {"withdrawn": 4, "active": 3})
    assert not run_job("coupon_expiry", "base")["withdrawn"]


def test_codes_that_the_shop_deleted_itself_are_no_trouble(installed: Installation, own_northwind: Northwind) -> None:
    codes = make("base", RULE, 2, 7, DOT)
    with sqlite3.connect(own_northwind.database, timeout=30) as db:
        db.execute("DELETE FROM coupon WHERE code = ?", (codes[0],))
    end(*CouponRun.objects.values_list("pk", flat=True))
    run_job("coupon_expiry", "base")
    assert (held(own_northwind), states()) == (set(), {"withdrawn": 2})


def test_without_the_right_the_job_says_so_and_the_codes_wait(
    installed: Installation, own_northwind: Northwind
) -> None:
    codes = make("base", RULE, 2, 7, DOT)
    end(*CouponRun.objects.values_list("pk", flat=True))
    change_token(own_northwind.limited)
    with pytest.raises(ConfigError) as refused:
        run_job("coupon_expiry", "base")
    assert refused.value.code is ACCESS_REFUSED
    assert Job.objects.get(kind="coupon_expiry", website__code="base").code == ACCESS_REFUSED.id
    assert (held(own_northwind), states()) == (set(codes), {"active": 2})
    with pytest.raises(ConfigError) as refused:
        make("base", RULE, 1, 7, DOT)
    assert refused.value.code is ACCESS_REFUSED
    assert CouponRun.objects.count() == 1
    change_token(own_northwind.bearer)
    run_job("coupon_expiry", "base")
    assert held(own_northwind) == set()


def test_a_lost_answer_is_told_and_stays_in_the_list(
    installed: Installation, own_northwind: Northwind, gateway: Gateway
) -> None:
    def lose(asked: Asked, answer: Answer) -> Answer:
        return answer._replace(cut=True) if asked.path.endswith("coupons/generate") else answer

    gateway.trouble = lose
    with pytest.raises(ConfigError) as lost:
        make("base", RULE, 2, 7, DOT)
    assert lost.value.code is COUPONS_UNKNOWN
    assert len(held(own_northwind)) == 2
    assert CouponRun.objects.get().state == "unknown"


def test_a_maker_that_died_leaves_an_unknown_request(installed: Installation) -> None:
    make("base", RULE, 1, 7, DOT)
    CouponRun.objects.update(state="asking")
    assert not run_job("coupon_expiry", "base")["unknown"]
    CouponRun.objects.update(asked_at=1.0)
    assert run_job("coupon_expiry", "base")["unknown"] == 1
    assert CouponRun.objects.get().state == "unknown"


def test_what_cannot_be_made_is_refused_and_leaves_no_request(installed: Installation, shop: ToyShop) -> None:
    for website, rule, code in (("base", "1", COUPON_RULE), ("nowhere", RULE, WEBSITE_UNKNOWN)):
        with pytest.raises(ConfigError) as refused:
            make(website, rule, 1, 7, DOT)
        assert refused.value.code is code
    Connection.objects.update(platform="toy", settings={"path": str(shop.path)})
    with pytest.raises(ConfigError) as none:
        make("base", RULE, 1, 7, DOT)
    assert none.value.code is COUPONS_NONE
    assert not CouponRun.objects.exists()


def test_the_command_makes_codes_and_lists_what_became_of_them(
    installed: Installation, own_northwind: Northwind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "start", lambda: None)  # this process has started already

    def run(*arguments: str) -> Any:
        done = CliRunner().invoke(command.command, [*arguments, "--json"], catch_exceptions=False)
        assert done.exit_code == 0
        return json.loads(done.stdout)

    # More than one call of the generator's makes.
    codes = run("make", "base", "--rule", RULE, "--quantity", "501", "--days", "1.5")
    assert held(own_northwind) == set(codes)
    assert len(codes) == 501
    end(*CouponRun.objects.filter(quantity=1).values_list("pk", flat=True))
    run_job("coupon_expiry", "base")
    listed = run("list", "--website", "base")
    assert [(one["quantity"], one["active"], one["withdrawn"]) for one in listed] == [(1, 0, 1), (500, 500, 0)]
    assert run("list", "--website", "other") == []
