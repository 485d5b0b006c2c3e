"""What refused answers mean (magento2-data §1.5)."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from dotbridge.errors import ConfigError, DotbridgeError, FatalError, RetryableError
from dotbridge.http.errors import Transient
from dotbridge.http.operation import Operation
from dotbridge.http.response import Response
from dotbridge.sources.magento2.answers import PageTooLarge, explain, sentence
from dotbridge.sources.magento2.codes import ACCESS_REFUSED, MAINTENANCE, NONCE_USED, SHOP_FAILED, SHOP_SLOW

PAGE = b"<!doctype html><title>no</title>"


def answer(status: int, body: Any, **headers: str) -> DotbridgeError | None:
    sent = body if isinstance(body, bytes) else orjson.dumps(body)
    kind = "text/html" if isinstance(body, bytes) else "application/json"
    given = {"content-type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return explain(Response(Operation("orders", "GET"), status, given, sent))


def test_placeholders_are_filled_in_by_name_and_by_number() -> None:
    named = {"message": "The consumer isn't authorized to access %resources.", "parameters": {"resources": "A::b"}}
    assert sentence(named) == "The consumer isn't authorized to access A::b."
    numbers = [str(number) for number in range(1, 11)]
    assert sentence({"message": "%1 and %10", "parameters": numbers}) == "1 and 10"
    assert sentence({"message": "%fieldName left", "parameters": None}) == "%fieldName left"
    assert sentence([]) == sentence({"message": 5}) == ""


def test_401_names_both_causes_and_the_right_that_was_asked() -> None:
    error = answer(401, {"message": "No access to %resources.", "parameters": {"resources": "Magento_Sales::x"}})
    assert isinstance(error, ConfigError)
    assert error.code is ACCESS_REFUSED
    assert "credentials" in str(error)
    assert "right" in str(error)
    assert "Magento_Sales::x" in str(error)


def test_a_nonce_seen_twice_is_tried_again_with_another() -> None:
    error = answer(401, {"message": "The nonce is already being used by the consumer with ID 3."})
    assert isinstance(error, Transient)
    assert error.code is NONCE_USED


@pytest.mark.parametrize("most", [300, "300"])
def test_a_page_that_is_too_large_tells_what_is_allowed(most: object) -> None:
    error = answer(400, {"message": "Maximum SearchCriteria pageSize is %max", "parameters": {"max": most}})
    assert isinstance(error, PageTooLarge)
    assert error.most == 300


@pytest.mark.parametrize("body", [{"message": "Specified request cannot be processed."}, [], b"nonsense"])
def test_other_400s_stop_the_run(body: object) -> None:
    assert isinstance(answer(400, body), FatalError)


def test_500_with_words_is_a_failure_and_without_words_a_page_too_heavy() -> None:
    told = answer(500, {"message": "Internal Error. Details are available in Magento log file. Report ID: webapi-1"})
    silent = answer(500, PAGE)
    assert told is not None
    assert silent is not None
    assert told.code is SHOP_FAILED
    assert silent.code is SHOP_SLOW


@pytest.mark.parametrize("status", [502, 504])
def test_gateways_that_gave_up_ask_for_less(status: int) -> None:
    error = answer(status, PAGE)
    assert isinstance(error, Transient)
    assert error.code is SHOP_SLOW


def test_maintenance_waits_as_long_as_the_shop_says() -> None:
    error = answer(503, PAGE)
    assert isinstance(error, RetryableError)
    assert not isinstance(error, Transient)
    assert error.code is MAINTENANCE
    assert error.retry_after == 60
    later = answer(503, PAGE, retry_after="600")
    assert isinstance(later, RetryableError)
    assert later.retry_after == 600


def test_statuses_without_a_meaning_of_their_own_are_left_to_the_client() -> None:
    assert answer(429, {"message": "slow down"}) is None
    assert answer(503, {"message": "busy"}) is None
