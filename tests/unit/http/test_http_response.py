"""An answer that is no data is an error by what the call may have done."""

from __future__ import annotations

import pytest
from urllib3 import HTTPHeaderDict

from dotbridge.http.errors import OutcomeUnknown, Transient
from dotbridge.http.operation import Operation, Query, join_path, target
from dotbridge.http.response import Response

READ = Operation("things.read", "GET")
IMPORT = Operation("things.import", "PUT")


def answer(operation: Operation, body: bytes, status: int = 200, media: str = "application/json") -> Response:
    return Response(operation, status, HTTPHeaderDict({"Content-Type": media}), body)


@pytest.mark.parametrize("body", [b"", b'{"id": "1', b"<html></html>"])
def test_an_unreadable_answer_of_a_read_may_be_asked_for_again(body: bytes) -> None:
    with pytest.raises(Transient):
        answer(READ, body).json()


@pytest.mark.parametrize("body", [b"", b'{"id": "1', b"<html></html>"])
def test_an_unreadable_answer_of_an_import_leaves_its_outcome_unknown(body: bytes) -> None:
    with pytest.raises(OutcomeUnknown):
        answer(IMPORT, body).json()


def test_a_byte_order_mark_is_no_part_of_the_data() -> None:
    assert answer(READ, b"\xef\xbb\xbf[1]").json() == [1]
    assert answer(READ, b"\xef\xbb\xbfReason").text == "Reason"


@pytest.mark.parametrize(
    ("body", "media"), [(b"oops", "text/html; charset=utf-8"), (b"  <!DOCTYPE html>", ""), (b"<HTML>", "text/plain")]
)
def test_a_web_page_is_recognised(body: bytes, media: str) -> None:
    assert answer(READ, body, media=media).is_html


def test_path_segments_are_encoded_but_for_the_at_sign() -> None:
    assert join_path("contacts", "v3", "email", "a+b/c d@example.com") == "/contacts/v3/email/a%2Bb%2Fc%20d@example.com"
    assert join_path("x", "..", "é") == "/x/%2E%2E/%C3%A9"


def test_a_query_repeats_lists_and_keeps_the_tilde() -> None:
    query: Query = {"~modified": "gte::2024-01-01T00:00:00Z", "include": ["lists", "preferences"], "limit": 5}
    assert (
        target("/c", query)
        == "/c?~modified=gte%3A%3A2024-01-01T00%3A00%3A00Z&include=lists&include=preferences&limit=5"
    )
    assert target("/c", None) == "/c"
