"""The fault file of a v2 import, with its mark, its prose and its surprises."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dotbridge.dotdigital.csv_imports import parse_faults
from dotbridge.errors import FatalError

SHARED = Path(os.environ.get("DOTBRIDGE_SHARED", Path(__file__).parents[4] / "shared"))
EXAMPLES = SHARED / "contracts" / "examples" / "dotdigital"


def test_each_row_is_a_fault_with_our_word_and_their_text() -> None:
    text = 'Reason,email,firstname\r\nHard bounced,ada@example.com,"Ada, Countess"\r\nInvalid Email, olu@ ,Olu\r\n'
    bounced, invalid = parse_faults(text)
    assert (bounced.value, bounced.reason, bounced.detail) == ("ada@example.com", "hard_bounced", "Hard bounced")
    assert bounced.suppressed
    assert (invalid.value, invalid.reason) == ("olu@", "invalid_email")
    assert not invalid.suppressed


def test_a_value_with_a_line_break_does_not_split_its_row() -> None:
    faults = parse_faults(
        'Reason,email,street\nDuplicate,ada@example.com,"1 High St\nLondon"\nBlocked,vic@example.com,\n'
    )
    assert [(fault.value, fault.reason) for fault in faults] == [
        ("ada@example.com", "duplicate"),
        ("vic@example.com", "blocked"),
    ]


@pytest.mark.parametrize("text", ["", "\r\n", "Reason,email\r\n"])
def test_a_file_without_rows_holds_no_faults(text: str) -> None:
    assert parse_faults(text) == ()


def test_a_file_without_the_two_columns_is_not_understood() -> None:
    with pytest.raises(FatalError):
        parse_faults("Why,who\nx,y\n")


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the example payloads of shared/ are not here")
def test_the_published_fault_files_are_read() -> None:
    reasons = [
        fault.reason
        for path in sorted(EXAMPLES.glob("GET_v2-contacts-import-id-report-faults*.csv"))
        for fault in parse_faults(path.read_text("utf-8-sig"))
    ]
    assert sorted(reasons) == ["duplicate", "hard_bounced", "hard_bounced", "hard_bounced", "unsubscribed"]
