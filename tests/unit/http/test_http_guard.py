"""No call reaches into a private network unless the connection allows it."""

from __future__ import annotations

import pytest

from dotbridge.errors import ConfigError
from dotbridge.http.codes import ADDRESS_PRIVATE, URL_INVALID
from dotbridge.http.guard import is_public, resolve
from dotbridge.http.transport import Origin


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104  an address to refuse
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fd12:3456::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2002:c0a8:101::1",
    ],
)  # fmt: skip
def test_an_address_inside_a_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "52.0.0.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "0x7f000001", "2130706433", "169.254.169.254"])
def test_a_host_that_leads_inside_is_refused_in_every_spelling(host: str) -> None:
    with pytest.raises(ConfigError) as refused:
        resolve(host, 443, allow_private=False)
    assert refused.value.code is ADDRESS_PRIVATE


def test_a_private_host_may_be_allowed() -> None:
    assert resolve("127.0.0.1", 80, allow_private=True) == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("url", "authority", "prefix"),
    [
        ("https://r1-api.dotdigital.com/", "r1-api.dotdigital.com", ""),
        ("https://r1-api.dotdigital.com:443", "r1-api.dotdigital.com", ""),
        ("http://127.0.0.1:8100/r2/", "127.0.0.1:8100", "/r2"),
        ("http://[::1]:8100", "[::1]:8100", ""),
    ],
)
def test_a_base_url_gives_host_and_prefix(url: str, authority: str, prefix: str) -> None:
    origin = Origin.parse(url)
    assert (origin.authority, origin.prefix) == (authority, prefix)


@pytest.mark.parametrize(
    "url", ["", "r1-api.dotdigital.com", "ftp://host", "https://", "https://a:b@host", "https://h?x=1"]
)
def test_what_is_no_base_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Origin.parse(url)
    assert refused.value.code is URL_INVALID
    assert "a:b" not in str(refused.value)
