"""The sandbox's own controls: late and reordered imports, the journal, the state, kills, and the page."""

from __future__ import annotations

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from support.dotdigital_calls import Dotdigital, record
from support.dotdigital_sandbox import AMERICAN, PASSWORD, USER, Sandbox


def contact_import(sandbox: Sandbox, first_name: str) -> str:
    """Submit an import that names Ada so; its id."""
    item = {"identifiers": {"email": "ada@example.com"}, "dataFields": {"FIRSTNAME": first_name}}
    return str(sandbox.call("PUT", "/contacts/v3/import", {"contacts": [item]}).json["importId"])


def first_name(sandbox: Sandbox) -> Any:
    return sandbox.get("/contacts/v3/email/ada@example.com")["dataFields"]["FIRSTNAME"]


def test_a_held_import_finishes_late_with_the_values_it_carried(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    sandbox.post_control("imports/hold", {"kind": "contacts", "count": 1})
    held = contact_import(sandbox, "Old")
    for _ in range(5):
        assert sandbox.get(f"/contacts/v3/import/{held}")["status"] == "NotFinished"
    sandbox.post_control("clock", {"advance": 86_400})
    assert sandbox.call("GET", "/v2/contacts/ada@example.com").status == 404
    newer = contact_import(sandbox, "New")
    dotdigital.wait(f"/contacts/v3/import/{newer}")
    assert first_name(sandbox) == "New"
    assert sandbox.post_control("imports/release", {"ids": [held]}) == {"finished": [held]}
    assert sandbox.get(f"/contacts/v3/import/{held}")["status"] == "Finished"
    assert first_name(sandbox) == "Old"


@pytest.mark.parametrize(("order", "winner"), [([0, 1, 2], "c"), ([2, 0, 1], "b"), ([1, 2, 0], "a")])
def test_held_imports_finish_in_the_order_of_their_release(sandbox: Sandbox, order: list[int], winner: str) -> None:
    sandbox.post_control("imports/hold", {"kind": "contacts"})
    ids = [contact_import(sandbox, name) for name in ("a", "b", "c")]
    assert [item["id"] for item in sandbox.get_control("imports") if item["held"]] == ids
    sandbox.post_control("imports/release", {"ids": [ids[position] for position in order]})
    assert first_name(sandbox) == winner


def test_releasing_all_ends_the_holding_and_may_go_backwards(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    sandbox.post_control("imports/hold", {"kind": "contacts"})
    ids = [contact_import(sandbox, name) for name in ("a", "b")]
    assert sandbox.post_control("imports/release", {"reverse": True}) == {"finished": ids[::-1]}
    assert first_name(sandbox) == "a"
    dotdigital.wait(f"/contacts/v3/import/{contact_import(sandbox, 'c')}")
    assert first_name(sandbox) == "c"


def test_an_import_can_be_made_to_end_badly_and_writes_nothing_then(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    sandbox.post_control("imports/fail", {"kind": "contacts", "count": 1, "status": "RejectedByWatchdog"})
    refused = dotdigital.wait(f"/contacts/v3/import/{contact_import(sandbox, 'Ada')}")
    assert refused["status"] == "RejectedByWatchdog"
    assert sandbox.call("GET", "/v2/contacts/ada@example.com").status == 404
    dotdigital.wait(f"/contacts/v3/import/{contact_import(sandbox, 'Ada')}")
    assert first_name(sandbox) == "Ada"


def test_the_journal_keeps_every_request_with_its_body_and_no_credentials(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    dotdigital.contact("ada@example.com")
    last = sandbox.get_control("requests")["last"]
    sandbox.call("PATCH", "/contacts/v3/email/ada@example.com?merge-option=overwrite", {"identifiers": {}})
    sandbox.call("GET", "/v2/contacts/nobody@example.com")
    entries = sandbox.requests(last, bodies=True)
    assert [(entry["method"], entry["path"], entry["status"]) for entry in entries] == [
        ("PATCH", "/contacts/v3/email/ada@example.com?merge-option=overwrite", 200),
        ("GET", "/v2/contacts/nobody@example.com", 404),
    ]
    assert (json.loads(entries[0]["body"]), entries[0]["sent_bytes"]) == ({"identifiers": {}}, 19)
    assert (entries[0]["account"], entries[1]["body"]) == (USER, None)
    secret = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    everything = json.dumps(sandbox.get_control("requests?bodies=1"))
    assert secret not in everything
    assert PASSWORD not in everything


def test_two_sandboxes_with_the_same_content_have_the_same_state(sandbox: Sandbox) -> None:
    def fill(target: Sandbox, order: int) -> None:
        calls = Dotdigital(target)
        target.post_control("clock", {"advance": 7 * order})
        for name in ["ada", "vic"][::order]:
            calls.contact(f"{name}@example.com", FIRSTNAME=name)
        calls.import_records("Orders", *[record(key, "ada@example.com", total=1) for key in ("1", "2")][::order])
        target.call("POST", f"/v2/address-books/{calls.list('Shop')}/contacts", {"email": "vic@example.com"})

    fill(sandbox, 1)
    with Sandbox([(USER, PASSWORD, "r1")]) as other:
        fill(other, -1)
        assert other.state() == sandbox.state()
        other.call("PATCH", "/contacts/v3/email/ada@example.com", {"dataFields": {"FIRSTNAME": "Eve"}})
        assert other.state() != sandbox.state()
    assert sandbox.state()["insight"] == {"Orders": {"1": {"total": 1}, "2": {"total": 1}}}
    assert sandbox.state()["owners"]["Orders"]["1"] == "ada@example.com"
    assert sandbox.state()["contacts"]["vic@example.com"]["lists"] == ["Shop"]


def test_accounts_share_nothing(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    ada = dotdigital.contact("ada@example.com")
    assert sandbox.call("GET", f"/r2/v2/contacts/{ada}", user=AMERICAN).status == 404
    assert sandbox.call("GET", "/r2/v2/contacts/ada@example.com", user=AMERICAN).status == 404
    assert sandbox.state(AMERICAN)["contacts"] == {}


def test_a_kill_loses_nothing_that_was_answered() -> None:
    with Sandbox() as sandbox:
        sandbox.post_control("settings", {"import_polls": 3})
        sandbox.post_control("clock", {"set": "2026-03-01T12:00:00Z"})
        calls = Dotdigital(sandbox)
        calls.contact("vic@example.com", FIRSTNAME="Vic")
        running = contact_import(sandbox, "Ada")
        before, url = sandbox.state(), sandbox.url
        sandbox.kill()
        sandbox.restart()
        assert (sandbox.url, sandbox.state()) == (url, before)
        assert sandbox.get_control("clock")["now"] == "2026-03-01T12:00:00.000Z"
        calls.wait(f"/contacts/v3/import/{running}")
        assert first_name(sandbox) == "Ada"
        assert [entry["method"] for entry in sandbox.requests()][:2] == ["POST", "PUT"]


def test_a_reset_forgets_everything_but_the_accounts(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    empty = sandbox.state()
    sandbox.post_control("settings", {"double_opt_in": True})
    dotdigital.contact("ada@example.com")
    dotdigital.list("Shop")
    dotdigital.field("POINTS", "Numeric")
    sandbox.post_control("reset")
    assert sandbox.state() == empty
    assert dotdigital.contact("ada@example.com") == 1
    assert dotdigital.status("ada@example.com") == "Subscribed"


def test_an_account_can_be_added_while_it_runs(sandbox: Sandbox) -> None:
    added = {"user": "apiuser-late@apiconnector.com", "password": "another-1", "region": "r3"}
    sandbox.post_control("accounts", added)
    key = base64.b64encode(b"apiuser-late@apiconnector.com:another-1").decode()
    headers = {"Authorization": f"Basic {key}"}
    assert sandbox.send("GET", "/r3/v2/data-fields", headers=headers).status == 200
    assert added["user"] in [item["user"] for item in sandbox.get_control("accounts")]


def test_a_thousand_contacts_and_their_orders_are_taken_in_one_import_each(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    contacts = [{"identifiers": {"email": f"c{n}@example.com"}, "dataFields": {"FIRSTNAME": "x"}} for n in range(1000)]
    assert dotdigital.import_contacts(*contacts)["summary"]["newContacts"] == 1000
    orders = [record(str(n), f"c{n}@example.com", total=1.5, lines=[{"sku": "a"}] * 4) for n in range(1000)]
    assert dotdigital.import_records("Orders", *orders)["summary"]["totalImported"] == 1000
    figures = sandbox.get_control("counts")["accounts"][USER]
    assert (figures["contacts"], figures["collections"]) == (1000, {"Orders": 1000})


def test_many_callers_at_once_lose_nothing(sandbox: Sandbox) -> None:
    def write(number: int) -> int:
        body = {"identifiers": {}, "dataFields": {"FIRSTNAME": str(number)}}
        return sandbox.call("PATCH", f"/contacts/v3/email/c{number % 40}@example.com", body).status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(write, range(160)))
    assert (statuses.count(201), statuses.count(200)) == (40, 120)
    assert len(sandbox.get("/v2/contacts")) == 40


def test_a_body_over_fifty_megabytes_is_refused(sandbox: Sandbox) -> None:
    headers = {"Authorization": sandbox.authorization(), "Content-Type": "application/json"}
    refused = sandbox.send("PUT", "/contacts/v3/import", b" " * (50 * 1024 * 1024 + 1), headers)
    assert refused.status == 413


def test_a_chunked_body_and_a_kept_connection_are_understood(sandbox: Sandbox) -> None:
    head = f"Host: x\r\nAuthorization: {sandbox.authorization()}\r\n"
    body = b'{"email":"ada@example.com"}'
    chunks = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (body[:9], body[9:])) + b"0\r\n\r\n"
    first = f"POST /v2/contacts HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunks
    second = f"GET /v2/contacts/count HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode()
    answers = sandbox.raw(first + second)
    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"201", b"200"]
    assert answers.endswith(b"\r\n\r\n1")


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ("bounce", "HardBounced"),
        ("soft-bounce", "SoftBounced"),
        ("complain", "IspComplained"),
        ("direct-complain", "DirectComplaint"),
        ("mail-block", "MailBlocked"),
        ("no-mx", "NoMxRecord"),
        ("unsubscribe", "Unsubscribed"),
        ("suppress", "Suppressed"),
        ("domain-suppress", "DomainSuppression"),
        ("globally-suppress", "NotAllowed"),
    ],
)
def test_what_happens_inside_dotdigital_happens_on_command(
    sandbox: Sandbox, dotdigital: Dotdigital, event: str, status: str
) -> None:
    dotdigital.contact("ada@example.com")
    dotdigital.happens("ada@example.com", event)
    assert dotdigital.status("ada@example.com") == status
    assert sandbox.get("/v2/contacts/suppressed-since/2026-01-01")[0]["reason"] == status


def test_a_suppressed_domain_takes_those_who_are_there_and_those_who_come(
    sandbox: Sandbox, dotdigital: Dotdigital
) -> None:
    dotdigital.contact("ada@example.com")
    dotdigital.contact("vic@example.org")
    sandbox.post_control("domains/example.com/suppress")
    assert dotdigital.status("ada@example.com") == "DomainSuppression"
    assert dotdigital.status("vic@example.org") == "Subscribed"
    assert sandbox.call("POST", "/v2/contacts", {"email": "olu@example.com"}).status == 400
    result = dotdigital.import_contacts({"matchIdentifier": "email", "identifiers": {"email": "olu@example.com"}})
    assert result["failures"][0]["failures"][0]["failureCode"] == "SuppressedByDomain"
    refused = sandbox.call(
        "POST", "/v2/contacts/resubscribe-with-no-challenge", {"unsubscribedContact": {"email": "ada@example.com"}}
    )
    assert refused.json["status"] == "ContactCannotBeUnsuppressed"


def test_a_fault_can_be_aimed_seeded_and_taken_back(sandbox: Sandbox) -> None:
    rule = {"match": "GET /v2/", "kind": "status", "status": 503, "probability": 0.5, "seed": 11}
    runs = []
    for _ in range(2):
        sandbox.delete_control("faults")
        sandbox.post_control("faults", [rule])
        runs.append([sandbox.call("GET", "/v2/server-time").status for _ in range(12)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}
    sandbox.delete_control("faults")
    assert {sandbox.call("GET", "/v2/server-time").status for _ in range(12)} == {200}


def test_unknown_calls_and_controls_are_refused(sandbox: Sandbox) -> None:
    assert sandbox.call("GET", "/v2/nothing").status == 404
    assert sandbox.call("PATCH", "/v2/contacts").status == 405
    assert sandbox.send("POST", "/sandbox/nothing").status == 404
    assert sandbox.send("POST", "/sandbox/settings", b'{"nothing": 1}').status == 400
    assert sandbox.send("POST", "/sandbox/clock", b'{"set": "noon"}').status == 400
    assert sandbox.send("POST", "/sandbox/faults", b'[{"kind": "flood"}]').status == 400


def test_the_page_shows_what_the_sandbox_holds_and_escapes_it(sandbox: Sandbox, dotdigital: Dotdigital) -> None:
    dotdigital.contact("ada@example.com", FIRSTNAME="<script>alert(1)</script>")
    dotdigital.import_records("Orders", record("100001", "ada@example.com", note="<b>bold</b>"))
    dotdigital.list("Shop & more")
    reply = sandbox.send("GET", "/")
    page = reply.content.decode()
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")
    for text in (USER, "ada@example.com", "Subscribed", "Orders", "100001", "Shop &amp; more", "/v2/contacts"):
        assert text in page
    assert "<script" not in page
    assert "<b>bold" not in page
    assert PASSWORD not in page
