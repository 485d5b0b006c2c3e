"""What the API spells in several ways comes out in one."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotbridge.dotdigital.account import AccountInfo, base_of, normal_endpoint
from dotbridge.dotdigital.data_fields import RESTRICTED, name_fault
from dotbridge.dotdigital.import_reports import reason_of, refusal_of, state_of
from dotbridge.dotdigital.words import Instant, Word, convert, folded


@pytest.mark.parametrize(
    "text",
    [
        "2021-09-24T09:21:55Z",
        "2021-09-24T09:21:55.661571Z",
        "2021-09-24T09:21:55.6615712Z",
        "2021-09-24T09:21:55.000+00:00",
        "2021-09-24T09:21:55",
        "2021-09-24 09:21:55",
        '"2021-09-24T09:21:55.661571Z"',
        "2021-09-24T09:21:55.661571Z\r\n",
    ],
)
def test_an_instant_has_one_form(text: str) -> None:
    assert Instant.parse(text) == "2021-09-24T09:21:55Z"


@pytest.mark.parametrize("text", ["", "yesterday", "2021-09-24", "2021-09-24T09:21:55+02:00"])
def test_what_is_no_instant_in_utc_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="instant"):
        Instant.parse(text)


@given(st.datetimes(), st.integers(0, 7))
def test_decimals_are_cut_off_and_never_rounded(moment: object, decimals: int) -> None:
    text = f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0")
    sent = text + ("." + "9" * decimals if decimals else "") + "Z"
    assert Instant.parse(sent) == f"{text}Z"


@pytest.mark.parametrize(
    ("spelled", "word"),
    [
        ("HardBounced", "hard_bounced"),
        ("hardBounced", "hard_bounced"),
        ("Hard bounced", "hard_bounced"),
        ("PendingOptIn", "pending_opt_in"),
        ("subscribed", "subscribed"),
        ("DomainSuppression", "domain_suppressed"),
        ("domainSuppressed", "domain_suppressed"),
        ("ContactEmailDoesNotExist", "contact_email_does_not_exist"),
        ("FLOAT", "float"),
        ("NULLABLE", "nullable"),
    ],
)
def test_a_status_has_one_spelling(spelled: str, word: str) -> None:
    assert Word.parse(spelled) == word


class Thing(msgspec.Struct, frozen=True, rename="camel"):
    item_count: int = 0
    status: Word = Word("none")
    data_fields: dict[str, Any] = {}


def test_reading_forgives_unknown_members_nulls_and_numbers_in_text() -> None:
    payload = {"itemCount": "7", "status": None, "brandNew": [1], "dataFields": {"A": None}}
    assert convert(payload, Thing) == Thing(7, Word("none"), {"A": None})


def test_members_in_pascal_case_are_read_as_well() -> None:
    assert folded([{"Id": "1", "Name": "Orders"}]) == [{"id": "1", "name": "Orders"}]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("NotStarted", "running"),
        ("NotFinished", "running"),
        ("Processing", "running"),
        ("SomethingNew", "running"),
        ("Finished", "finished"),
        ("finished", "finished"),
        ("Complete", "finished"),
        ("Completed", "finished"),
        ("RejectedByWatchdog", "rejected_by_watchdog"),
        ("ExceedsAllowedContactLimit", "contact_limit"),
        ("InvalidFileFormat", "invalid_file"),
        ("Failed", "failed"),
        ("Unknown", "failed"),
    ],
)
def test_the_status_words_of_all_imports_become_ours(status: str, state: str) -> None:
    assert state_of(status) == state


def test_an_import_refused_as_a_whole_has_an_error_and_others_have_none() -> None:
    refused = {
        state: refusal_of(state_of(state)) for state in ("RejectedByWatchdog", "ExceedsAllowedContactLimit", "Failed")
    }
    assert [error.code.id for error in refused.values() if error] == [
        "DDG-WATCHDOG",
        "DDG-CONTACT-LIMIT",
        "DDG-IMPORT-FAILED",
    ]
    assert refusal_of("running") is refusal_of("finished") is None


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ("Globally Suppressed", "globally_suppressed"),
        ("GloballySuppressed", "globally_suppressed"),
        ("Invalid Entries", "invalid_email"),
        ("invalidEmail", "invalid_email"),
        ("Blocker", "blocked"),
        ("Complained to ISP", "isp_complained"),
        ("Isp Complaints", "isp_complained"),
        ("Suppressed by Domain", "domain_suppressed"),
        ("SuppressedByDomain", "domain_suppressed"),
        ("Pending optin", "pending_opt_in"),
        ("Suppressed by you", "suppressed_by_owner"),
        ("Something New", "something_new"),
    ],
)
def test_the_reasons_of_both_transports_become_ours(told: str, word: str) -> None:
    assert reason_of(told) == word


@pytest.mark.parametrize("tail", ["", "/", "/v2", "/v2/", "/V2"])
def test_an_endpoint_is_the_same_with_or_without_its_tail(tail: str) -> None:
    assert normal_endpoint(f"https://r2-api.dotdigital.com{tail}") == "https://r2-api.dotdigital.com"


def test_a_region_may_be_stood_in_for() -> None:
    hosts = {"r2": "http://127.0.0.1:8100/r2/"}
    assert base_of("https://r2-api.dotdigital.com", hosts) == "http://127.0.0.1:8100/r2"
    assert base_of("https://r3-api.dotdigital.com", hosts) == "https://r3-api.dotdigital.com"
    assert base_of("http://127.0.0.1:9000/r2", hosts) == "http://127.0.0.1:9000/r2"


def test_properties_of_an_account_may_be_missing() -> None:
    info = AccountInfo(1, {"ApiCallsRemaining": "many"})
    assert (info.name, info.endpoint, info.calls_remaining) == ("", "", None)


@pytest.mark.parametrize(
    "name", ["", "WITH SPACE", "UMLAUT_Ä", "X" * 21, *sorted(RESTRICTED)[:3], "Email", "ContactID"]
)
def test_names_that_dotdigital_refuses_for_data_fields_are_known(name: str) -> None:
    assert name_fault(name)


@pytest.mark.parametrize("name", ["FIRSTNAME", "X" * 20, "a-b_9", "EMAIL_2"])
def test_names_that_dotdigital_takes_for_data_fields_pass(name: str) -> None:
    assert name_fault(name) == ""
