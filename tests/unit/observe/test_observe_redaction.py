"""Nothing personal leaves through the log, even when somebody logs a whole payload."""

from __future__ import annotations

import io
import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from dotbridge.observe.logging import configure, get_logger
from dotbridge.observe.private import Email, Secret
from dotbridge.observe.redaction import clean

SHARED = Path(os.environ.get("DOTBRIDGE_SHARED", Path(__file__).parents[4] / "shared"))
EXAMPLES = SHARED / "contracts" / "examples" / "dotdigital"
ADDRESS = re.compile(r"[\w.+-]{2,}@[\w-]+\.\w+")


@pytest.fixture(params=[True, False], ids=["json", "console"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    configure(request.param, "debug", stream=stream)
    yield stream
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_an_event_keeps_its_plain_values(log: io.StringIO) -> None:
    get_logger("importer").info("batch submitted", batch=12, collection="Orders", share=0.5, dry=False)
    line = log.getvalue()
    for value in ("batch submitted", "12", "Orders", "0.5"):
        assert value in line


def test_secrets_and_addresses_are_masked_by_type(log: io.StringIO) -> None:
    get_logger("x").info("signed in", who=Email("ada@example.com"), key=Secret("swordfish-1"))
    line = log.getvalue()
    assert "a•••@example.com" in line
    assert Email("ada@example.com").hash in line
    assert "ada@" not in line
    assert "swordfish" not in line


def test_a_revealed_secret_is_still_caught(log: io.StringIO) -> None:
    secret = Secret("correct-horse-battery")
    get_logger("x").info(f"calling with {secret.reveal()}", url=f"https://h/?k={secret.reveal()}")
    assert "correct-horse" not in log.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Basic YWRhOnN3b3JkZmlzaA==",
        "authorization=Bearer YWRhOnN3b3JkZmlzaA==",
        "sent Basic YWRhOnN3b3JkZmlzaA== to r1",
        '"password": "YWRhOnN3b3JkZmlzaA=="',
        "https://ada:YWRhOnN3b3JkZmlzaA==@host/path",
        "api_key=YWRhOnN3b3JkZmlzaA==&x=1",
    ],
)
def test_credentials_in_a_sentence_are_blanked(text: str) -> None:
    assert "YWRh" not in clean(text)


def test_sensitive_names_lose_their_values(log: io.StringIO) -> None:
    get_logger("x").info("read", Authorization="Zm9vYmFy", first_name="Grace", postcode="N5 1DP")
    assert not {word for word in ("Zm9vYmFy", "Grace", "N5 1DP") if word in log.getvalue()}


def test_records_of_other_libraries_take_the_same_road(log: io.StringIO) -> None:
    logging.getLogger("somelibrary").warning("GET /contacts/%s", "grace.hopper%40example.com")
    assert "hopper" not in log.getvalue()
    assert "g•••@example.com" in log.getvalue()


def test_the_trace_of_an_exception_is_cleaned_and_shows_no_local_values(log: io.StringIO) -> None:
    def fail() -> None:
        payload = {"FIRSTNAME": "Grace-the-local"}
        raise ValueError(f"cannot take grace.hopper@example.com ({len(payload)})")

    try:
        fail()
    except ValueError:
        get_logger("x").exception("failed")
    assert "ValueError" in log.getvalue()
    assert "hopper" not in log.getvalue()
    assert "Grace-the-local\n" not in log.getvalue()
    assert "payload=" not in log.getvalue()


def values(node: object) -> set[str]:
    """All texts of a payload that could identify a person or a record."""
    if isinstance(node, dict):
        return set().union(*(values(child) for child in node.values())) if node else set()
    if isinstance(node, list):
        return set().union(*(values(child) for child in node)) if node else set()
    return {node} if isinstance(node, str) and len(node) > 3 else set()


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the example payloads of shared/ are not here")
def test_a_logged_payload_shows_none_of_its_values(log: io.StringIO) -> None:
    for path in sorted(EXAMPLES.glob("*.json")):
        payload = json.loads(path.read_text("utf-8-sig"))
        log.truncate(0)
        get_logger("x").info("answer", payload=payload, text=path.read_text(), raw=path.read_bytes())
        line = log.getvalue()
        assert not {value for value in values(payload) if value in line} - {"answer"}, path.name


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the example payloads of shared/ are not here")
def test_an_address_of_any_example_is_masked_even_inside_a_sentence(log: io.StringIO) -> None:
    for path in sorted(EXAMPLES.glob("*")):
        get_logger("x").info(f"the server said: {path.read_text('utf-8-sig')}")
    assert not ADDRESS.search(log.getvalue())


LOCAL = st.from_regex(r"[a-z0-9][a-z0-9.+_-]{1,20}", fullmatch=True)


@given(LOCAL, st.sampled_from(["example.com", "mail.example.co.uk"]), st.sampled_from([" ", "<", "(", '"', "/"]))
def test_no_address_survives_in_any_sentence(local: str, domain: str, before: str) -> None:
    assert f"{local}@{domain}" not in clean(f"contact{before}{local}@{domain} said hello")
