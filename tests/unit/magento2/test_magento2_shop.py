"""What a connection's settings mean, and what is remembered."""

from __future__ import annotations

import pytest

from dotbridge.errors import ConfigError
from dotbridge.sources.magento2.oauth import Bearer, OAuth
from dotbridge.sources.magento2.shop import access, base_url
from dotbridge.sources.magento2.source import Magento2
from dotbridge.sources.memory import Memory
from dotbridge.sources.registry import platform

FOUR = {"consumer_key": "a", "consumer_secret": "b", "token": "c", "token_secret": "d"}


def test_four_values_sign_and_a_token_alone_bears() -> None:
    assert isinstance(access({**FOUR, "bearer_token": "c"}), OAuth)
    assert isinstance(access({"bearer_token": "c"}), Bearer)


@pytest.mark.parametrize("missing", FOUR)
def test_half_a_set_of_credentials_names_what_is_missing(missing: str) -> None:
    with pytest.raises(ConfigError) as caught:
        access({**FOUR, missing: " "})
    assert missing in str(caught.value)


def test_an_address_with_rest_at_its_end_is_the_shops() -> None:
    assert base_url({"base_url": " https://shop.example/sub/rest/ "}) == "https://shop.example/sub"


def test_secrets_are_declared_as_such() -> None:
    secret = {field.name for field in Magento2.fields if field.secret}
    assert secret >= {"consumer_secret", "token", "token_secret", "bearer_token", "password"}
    assert not [field.name for field in Magento2.fields if "password" in field.name and not field.secret]


def test_the_registry_knows_the_platform() -> None:
    assert platform("magento2") is Magento2


def test_what_was_looked_up_is_asked_again_only_once_it_is_old() -> None:
    now = [0.0]
    asked: list[int] = []
    memory = Memory(900, clock=lambda: now[0])

    def look_up() -> int:
        asked.append(1)
        return len(asked)

    assert [memory.recall("key", look_up), memory.recall("key", look_up)] == [1, 1]
    now[0] = 900
    assert memory.recall("key", look_up) == 2
