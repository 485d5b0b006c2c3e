"""Secrets and addresses print their masks, wherever they end up."""

from __future__ import annotations

import gc
import json
import pickle

import pytest

from dotbridge.observe.private import Email, Secret, known_secrets, mask


def test_a_secret_prints_dots_in_every_way_of_printing() -> None:
    secret = Secret("correct horse battery")
    assert {str(secret), repr(secret), f"{secret}", f"{secret!r:>3}", "%s" % secret} == {"•••"}  # noqa: UP031
    assert "horse" not in repr({"password": [secret]})


def test_a_secret_is_revealed_only_on_purpose() -> None:
    assert Secret("swordfish").reveal() == "swordfish"


def test_a_secret_cannot_be_written() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("swordfish"))
    with pytest.raises(TypeError):
        json.dumps({"password": Secret("swordfish")})


def test_secrets_compare_by_value_and_empty_ones_are_false() -> None:
    assert Secret("one") == Secret("one")
    assert Secret("one") != Secret("two")
    assert Secret("one") != "one"
    assert not Secret("")
    assert len({Secret("one"), Secret("one")}) == 1


def test_a_secret_is_known_to_the_redaction_only_while_it_lives() -> None:
    secret = Secret("a-token-that-is-alive")
    assert "a-token-that-is-alive" in known_secrets()
    del secret
    gc.collect()
    assert "a-token-that-is-alive" not in known_secrets()


def test_an_address_prints_its_first_letter_and_its_domain() -> None:
    ada = Email("ada@example.com")
    assert (str(ada), f"{ada}") == ("a•••@example.com", "a•••@example.com")
    assert repr(ada) == f"a•••@example.com ({ada.hash})"
    assert mask("no address") == "•••"


def test_one_person_has_one_hash_and_two_persons_have_two() -> None:
    assert Email("Ada@Example.com ").hash == Email("ada@example.com").hash
    assert Email("Ada@Example.com") == Email("ada@example.com")
    assert Email("ada@example.com").hash != Email("olu@example.com").hash
    assert len(Email("ada@example.com").hash) == 12
