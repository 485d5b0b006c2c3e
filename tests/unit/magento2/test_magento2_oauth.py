"""Signatures against a vector made by hand with openssl, and the rules of magento2-data §1.4."""

from __future__ import annotations

import re
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from dotbridge.observe.private import Secret
from dotbridge.sources.magento2.oauth import Bearer, OAuth, base_string, encode, encode_query

URL = "https://shop.example/rest/all/V1/orders"
QUERY = [
    ("searchCriteria[filterGroups][0][filters][0][value]", "2026-09-15 02:00:00"),
    ("fields", "items[entity_id]"),
]
GIVEN = [
    ("oauth_consumer_key", "ck"),
    ("oauth_nonce", "n0nce"),
    ("oauth_signature_method", "HMAC-SHA256"),
    ("oauth_timestamp", "1700000000"),
    ("oauth_token", "tok"),
    ("oauth_version", "1.0"),
]
BASE = (
    "GET&https%3A%2F%2Fshop.example%2Frest%2Fall%2FV1%2Forders&"
    "fields%3Ditems%255Bentity_id%255D%26oauth_consumer_key%3Dck%26oauth_nonce%3Dn0nce"
    "%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1700000000%26oauth_token%3Dtok%26oauth_version%3D1.0"
    "%26searchCriteria%255BfilterGroups%255D%255B0%255D%255Bfilters%255D%255B0%255D%255Bvalue%255D"
    "%3D2026-09-15%252002%253A00%253A00"
)
SIGNATURE = "4EiEPLwul0PKuSTQpxejkrLB+mRaCGET5/npYYekMwE="  # openssl dgst -sha256 -hmac 'c%26s&t%2Fs'

ACCESS = OAuth("ck", Secret("c&s"), "tok", Secret("t/s"), now=lambda: 1_700_000_000.9, nonce=lambda: "n0nce")


def test_the_base_string_sorts_query_and_oauth_parameters_together() -> None:
    assert base_string("get", URL, [*QUERY, *GIVEN]) == BASE


def test_the_signature_is_that_of_openssl() -> None:
    header = ACCESS.authorization("GET", URL, QUERY)
    found = re.search(r'oauth_signature="([^"]+)"', header)
    assert found
    assert unquote(found[1]) == SIGNATURE


def test_the_header_names_all_parameters_and_no_secret() -> None:
    header = ACCESS.authorization("GET", URL, QUERY)
    assert header.startswith("OAuth ")
    assert [f'{name}="{encode(value)}"' in header for name, value in GIVEN] == [True] * len(GIVEN)
    assert "c&s" not in header
    assert "t/s" not in header


def test_every_sending_has_a_nonce_of_its_own() -> None:
    access = OAuth("ck", Secret("c&s"), "tok", Secret("t/s"))
    assert access.authorization("GET", URL, ()) != access.authorization("GET", URL, ())


def test_a_bearer_sends_its_token_whatever_the_call() -> None:
    assert Bearer(Secret("abc123")).authorization("GET", URL, QUERY) == "Bearer abc123"


def test_a_space_is_never_a_plus_and_an_equals_sign_never_raw() -> None:
    assert encode_query([("a b", "c=d&e"), ("searchCriteria", "")]) == "a%20b=c%3Dd%26e&searchCriteria="


@given(st.lists(st.tuples(st.text(min_size=1), st.text())))
def test_a_query_reads_back_as_it_was_given(pairs: list[tuple[str, str]]) -> None:
    sent = encode_query(pairs)
    split = [part.split("=") for part in sent.split("&")] if pairs else []
    assert [(unquote(name), unquote(value)) for name, value in split] == pairs
