"""OAuth 1.0a as a real Magento 2 verifies it, with the traps that differ from RFC 5849."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from support.northwind_shop import Northwind

Pairs = list[tuple[str, str]]


def encode(text: str) -> str:
    return quote(text, safe="-._~")


def in_bytes(pairs: Pairs) -> Pairs:
    """The order of RFC 5849."""
    return sorted(pairs)


def signed(
    shop: Northwind,
    path: str,
    query: Pairs,
    *,
    order: Callable[[Pairs], Pairs] = in_bytes,
    raw_query: str | None = None,
    **changed: str,
) -> tuple[int, Any]:
    """Call with a signature of our own making; ``changed`` replaces OAuth parameters."""
    oauth = {
        "oauth_consumer_key": shop.oauth["consumer_key"],
        "oauth_token": shop.oauth["token"],
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(time.time())),
        "oauth_nonce": secrets.token_hex(16),
    } | changed
    pairs = order([(encode(name), encode(value)) for name, value in [*oauth.items(), *query]])
    line = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(("GET", encode(shop.url + path), encode(line)))
    key = f"{encode(shop.oauth['consumer_secret'])}&{encode(shop.oauth['token_secret'])}"
    signature = base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()).decode()
    header = "OAuth " + ", ".join(f'{n}="{encode(v)}"' for n, v in [*oauth.items(), ("oauth_signature", signature)])
    sent = raw_query if raw_query is not None else "&".join(f"{encode(n)}={encode(v)}" for n, v in query)
    return shop.call("GET", f"{path}?{sent}", bearer=None, headers={"Authorization": header})


def filters(count: int) -> Pairs:
    """A filter group of so many alternatives; with eleven, an index has two digits."""
    stem = "searchCriteria[filterGroups][0][filters]"
    return [
        pair
        for n in range(count)
        for pair in ((f"{stem}[{n}][field]", "entity_id"), (f"{stem}[{n}][value]", str(n + 1)))
    ]


ORDERS = "/rest/all/V1/orders"


def test_a_rightly_signed_call_is_answered(shop: Northwind) -> None:
    status, answer = signed(shop, ORDERS, filters(3))
    assert (status, answer["total_count"]) == (200, 3)


def test_values_with_spaces_are_signed_as_percent_twenty(shop: Northwind) -> None:
    query = [
        ("searchCriteria[filterGroups][0][filters][0][field]", "created_at"),
        ("searchCriteria[filterGroups][0][filters][0][value]", "2026-01-01 00:00:00"),
        ("searchCriteria[filterGroups][0][filters][0][conditionType]", "gteq"),
    ]
    assert signed(shop, ORDERS, query)[0] == 200
    with_plus = "&".join(f"{encode(name)}={quote(value).replace('%20', '+')}" for name, value in query)
    assert signed(shop, ORDERS, query, raw_query=with_plus)[0] == 401


def test_an_index_of_two_digits_breaks_a_signature_in_byte_order(shop: Northwind) -> None:
    assert signed(shop, ORDERS, filters(10))[0] == 200
    status, answer = signed(shop, ORDERS, filters(11))
    assert (status, answer["message"]) == (401, "The signature is invalid. Verify and try again.")


def test_the_same_parameters_in_natural_order_are_accepted(shop: Northwind) -> None:
    def natural(pairs: Pairs) -> Pairs:
        """Byte order, but the tenth and later filters after the others."""
        return sorted(pairs, key=lambda pair: ("%5D%5B10%5D" in pair[0], pair[0].replace("oauth", "!oauth")))

    status, answer = signed(shop, ORDERS, filters(11), order=natural)
    assert (status, answer.get("total_count")) == (200, 11)


def test_an_unencoded_equals_sign_leaves_a_parameter_out_of_the_base_string(shop: Northwind) -> None:
    query = [("searchCriteria", "")]
    assert signed(shop, ORDERS, query, raw_query="searchCriteria=&note=a=b")[0] == 200
    assert signed(shop, ORDERS, query, raw_query="searchCriteria=&flag")[0] == 200
    assert signed(shop, ORDERS, query, raw_query="searchCriteria=&note=a%3Db")[0] == 401


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA512", "PLAINTEXT"])
def test_only_sha256_is_supported(shop: Northwind, method: str) -> None:
    status, answer = signed(shop, ORDERS, filters(1), oauth_signature_method=method)
    assert (status, answer["parameters"]) == (400, [method])


def test_a_nonce_counts_once(shop: Northwind) -> None:
    nonce = secrets.token_hex(16)
    assert signed(shop, ORDERS, filters(1), oauth_nonce=nonce)[0] == 200
    status, answer = signed(shop, ORDERS, filters(1), oauth_nonce=nonce)
    assert status == 401
    assert answer["message"].startswith("The nonce is already being used")


def test_old_times_are_accepted_and_future_ones_refused(shop: Northwind) -> None:
    assert signed(shop, ORDERS, filters(1), oauth_timestamp=str(int(time.time()) - 86_400))[0] == 200
    assert signed(shop, ORDERS, filters(1), oauth_timestamp=str(int(time.time()) + 700))[0] == 401


def test_a_wrong_secret_or_token_is_refused(shop: Northwind) -> None:
    assert signed(shop, ORDERS, filters(1), oauth_token="0" * 32)[0] == 401
    assert signed(shop, ORDERS, filters(1), oauth_consumer_key="0" * 32)[0] == 401
    assert signed(shop, ORDERS, filters(1), order=lambda pairs: sorted(pairs, reverse=True))[0] == 401
