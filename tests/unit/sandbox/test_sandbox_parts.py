"""Small pure parts: routing, accounts on the command line, values of data fields, addresses, instants, faults."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.sandbox.dotdigital.accounts import Seed
from dotbridge.sandbox.dotdigital.auth import endpoint, region_of
from dotbridge.sandbox.dotdigital.clock import iso, parse_instant
from dotbridge.sandbox.dotdigital.contacts import clean_email, clean_mobile
from dotbridge.sandbox.dotdigital.data_fields import FieldValueError, stored
from dotbridge.sandbox.dotdigital.exchange import Answer, Call
from dotbridge.sandbox.dotdigital.faults import Faults, Rule
from dotbridge.sandbox.dotdigital.routing import Router, Routes, split


def handler(_call: Call) -> Answer:
    return Answer()


def router(*patterns: str) -> Router:
    routes = Routes()
    for pattern in patterns:
        method, path = pattern.split()
        routes.on(method, path)(handler)
    return Router(routes)


def test_a_literal_segment_wins_over_a_parameter_and_a_dead_end_turns_back() -> None:
    found = router("GET /c/{id}/x", "GET /c/data/{key}", "POST /c/data/x")
    assert found.find("GET", ("c", "data", "1")).pattern == ("c", "data", "{key}")  # type: ignore[union-attr]
    assert found.find("GET", ("c", "7", "x")).params(("c", "7", "x")) == {"id": "7"}  # type: ignore[union-attr]
    assert found.find("GET", ("c", "data", "x")).pattern == ("c", "data", "{key}")  # type: ignore[union-attr]
    assert found.find("DELETE", ("c", "data", "x")) is None
    assert found.knows(("c", "data", "x"))
    assert not found.knows(("d",))


def test_the_same_call_cannot_be_declared_twice() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        router("GET /c/{id}", "GET /c/{email}")


def test_slashes_at_the_end_do_not_count() -> None:
    assert split("/v2/contacts//") == ("v2", "contacts")


@pytest.mark.parametrize(
    ("text", "seed"),
    [
        ("user@x.com:pass:r2", Seed("user@x.com", "pass", "r2")),
        ("user@x.com:pa:ss:r1", Seed("user@x.com", "pa:ss", "r1")),
        ("user@x.com:pa:ss", Seed("user@x.com", "pa:ss", "r1")),
    ],
)
def test_an_account_is_written_as_user_password_region(text: str, seed: Seed) -> None:
    assert Seed.parse(text) == seed


def test_an_account_without_a_password_is_refused() -> None:
    with pytest.raises(ValueError, match="user:password:region"):
        Seed.parse("user@x.com")


def test_a_region_is_told_by_prefix_or_host_and_its_endpoint_keeps_the_style() -> None:
    assert region_of("127.0.0.1:80", ("r2", "v2", "contacts")) == ("r2", ("v2", "contacts"))
    assert region_of("r3-api.dotdigital.com", ("v2", "contacts")) == ("r3", ("v2", "contacts"))
    assert region_of("127.0.0.1:80", ("v2",)) == ("r1", ("v2",))
    assert endpoint("127.0.0.1:80", "r1") == "http://127.0.0.1:80/"
    assert endpoint("127.0.0.1:80", "r2") == "http://127.0.0.1:80/r2/"
    assert endpoint("r1-api.localhost:80", "r2") == "http://r2-api.localhost:80/"


@pytest.mark.parametrize(
    ("value", "kind", "kept"),
    [
        (True, "String", "true"),
        (12, "String", "12"),
        ("12.50", "Numeric", 12.5),
        (" 7 ", "Numeric", 7),
        (3.0, "Numeric", 3),
        ("False", "Boolean", False),
        (True, "Boolean", True),
        ("2026-03-01 10:00:00", "Date", "2026-03-01T10:00:00Z"),
        ("2026-03-01T11:00:00+01:00", "Date", "2026-03-01T10:00:00Z"),
        ("2026-03-01", "Date", "2026-03-01T00:00:00Z"),
    ],
)
def test_a_value_is_kept_in_the_form_of_its_field(value: Any, kind: str, kept: Any) -> None:
    assert stored(value, kind) == kept


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({}, "String"), ([], "String"), ("x" * 1001, "String"), ("1,5", "Numeric"), (True, "Numeric"),
        ("NaN", "Numeric"), ("1.0000000001", "Numeric"), ("yes", "Boolean"), (1, "Date"), ("01/03/2026", "Date"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused(value: Any, kind: str) -> None:
    with pytest.raises(FieldValueError):
        stored(value, kind)


@pytest.mark.parametrize(
    "text", ["ada@example.com", "ada+shop@sub.example.co.uk", "a.b_c'd@example.com", "ä@exämple.de"]
)
def test_an_address_is_kept_in_lower_case(text: str) -> None:
    assert clean_email(f" {text.upper()} ") == text


@pytest.mark.parametrize(
    "text", ["", "ada", "ada@example", "a da@example.com", "ada@-x.com", "ada@example.com,", "@x.com"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert clean_email(text) is None


def test_a_mobile_number_is_compared_by_its_digits() -> None:
    assert clean_mobile("+44 (7123) 123-123") == clean_mobile("447123123123") == "447123123123"
    assert clean_mobile("12") is None


@pytest.mark.parametrize(
    "text", ["2026-03-01T10:00:00.1234567Z", "2026-03-01T10:00:00.123+00:00", "2026-03-01T11:00:00.123456+01:00"]
)
def test_instants_are_read_with_any_number_of_decimals_and_any_offset(text: str) -> None:
    assert iso(parse_instant(text)) == "2026-03-01T10:00:00.123Z"


def test_chance_is_seeded_and_a_rule_is_used_up() -> None:
    def outcomes(seed: int) -> list[str]:
        faults = Faults()
        faults.add([Rule.read({"match": "^PUT /a", "kind": "reset", "probability": 0.5, "seed": seed, "times": 3})])
        return [faults.judge("PUT /a").kind for _ in range(20)]

    assert outcomes(7) == outcomes(7)
    assert outcomes(7).count("reset") == 3
    assert outcomes(7) != outcomes(8)


@pytest.mark.parametrize("rule", [{"kind": "flood"}, {"kind": "reset", "match": "("}, {"kind": "reset", "often": 1}])
def test_a_rule_that_cannot_be_read_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"kind is one of|not a regular expression|no such member"):
        Rule.read(rule)
