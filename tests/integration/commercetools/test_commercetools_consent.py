"""An unsubscribe in Dotdigital becomes a no in the customer's own field, of the field's own kind, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dotbridge.errors import ConfigError
from dotbridge.jobs.once import run_job
from dotbridge.ledger.models import Connection
from dotbridge.sources.commercetools.codes import CONSENT_REFUSED
from dotbridge.sources.commercetools.source import Commercetools
from dotbridge.sources.commercetools.to_commerce.customer import answer
from support import commercetools_documents as documents
from support.commercetools_documents import uid
from support.commercetools_server import CommercetoolsServer
from support.dotdigital_calls import Dotdigital
from support.dotdigital_sandbox import Sandbox
from support.installation import Installation

FIELD = "NEWSLETTER_SUBSCRIBE"
ADA = "shopper1@northwind.example"


def says(value: Any, **more: Any) -> dict[str, Any]:
    """The custom fields of a customer who says so."""
    return {"custom": {"type": {"typeId": "type", "id": uid("type")}, "fields": {FIELD: value, **more}}}


def held(source: Commercetools, number: int = 1) -> dict[str, Any]:
    row = source._project.by_id("customers", [uid("customer", number)])[uid("customer", number)]
    return {"version": row["version"], "first": row["firstName"], **row.get("custom", {}).get("fields", {})}


def opened(server: CommercetoolsServer, **settings: Any) -> Commercetools:
    return Commercetools(server.settings(consent_field=FIELD, write_consent=True, **settings))


def test_an_unsubscribe_in_dotdigital_reaches_the_customer_and_is_not_echoed(
    dotbridge: Installation, commercetools: CommercetoolsServer, sandbox: Sandbox
) -> None:
    sandbox.post_control("settings", {"import_polls": 0})
    commercetools.seed("customer", documents.customer(1, **says(True, tier="gold")))
    settings = dotbridge.configuration["connections"]["shop"]["settings"]
    settings.update(write_consent=True, consent_refusal="unsubscribed")
    dotbridge.configure()
    dotbridge.sync()
    assert sandbox.state()["contacts"][ADA]["status"] == "Subscribed"
    Dotdigital(sandbox).happens(ADA, "unsubscribe")
    dotbridge.sync()
    source = opened(commercetools)
    assert held(source) == {"version": 2, "first": "Ada", FIELD: False, "tier": "gold"}
    dotbridge.sync(full=True)
    assert held(source)["version"] == 2
    assert sandbox.state()["contacts"][ADA]["status"] == "Unsubscribed"
    Dotdigital(sandbox).happens(ADA, "resubscribe")
    dotbridge.sync()
    assert held(source)[FIELD] is True
    source.close()


def test_without_the_right_it_waits_and_the_connection_says_so(
    dotbridge: Installation, commercetools: CommercetoolsServer, sandbox: Sandbox
) -> None:
    sandbox.post_control("settings", {"import_polls": 0})
    commercetools.seed("customer", documents.customer(1, **says(True)))
    dotbridge.configuration["connections"]["shop"]["settings"].update(write_consent=True)
    dotbridge.configure()
    dotbridge.sync()
    reason = "It needs the scope manage_customers"
    denied = json.dumps({"message": reason, "errors": [{"code": "insufficient_scope", "message": reason}]})
    commercetools.fails(f"/customers/{uid('customer', 1)}", 403, denied, times=99)
    Dotdigital(sandbox).happens(ADA, "unsubscribe")
    run_job("consent_sync")
    (finding,) = [one for one in Connection.objects.get().checks if one["name"] == "newsletter"]
    assert (finding["state"], "manage_customers" in finding["text"]) == ("missing", True)
    # The right is given: it is written by itself, and the finding goes.
    commercetools.control("state", {"faults": []})
    run_job("consent_sync")
    source = opened(commercetools)
    assert held(source)[FIELD] is False
    assert [one for one in Connection.objects.get().checks if one["name"] == "newsletter"] == []
    source.close()


def test_the_check_tries_the_right_and_changes_nothing(commercetools: CommercetoolsServer) -> None:
    def finding(**settings: Any) -> tuple[str, str]:
        source = Commercetools(commercetools.settings(consent_field=FIELD, **settings))
        (check,) = [one for one in source.check() if one.name == "newsletter"]
        source.close()
        return check.state, check.todo

    commercetools.seed("customer", documents.customer(1, **says(True)))
    assert finding()[0] == "missing"
    assert finding(write_consent=True)[0] == "ok"
    denied = json.dumps({"errors": [{"code": "insufficient_scope", "message": "no"}]})
    commercetools.fails(f"/customers/{uid('customer', 1)}", 403, denied)
    state, todo = finding(write_consent=True)
    assert (state, "manage_customers" in todo) == ("missing", True)
    source = opened(commercetools)
    assert held(source)["version"] == 1
    source.close()


def test_who_changed_meanwhile_is_read_again_and_nothing_is_overwritten(commercetools: CommercetoolsServer) -> None:
    commercetools.seed("customer", documents.customer(1, email="Ada@Northwind.example", **says("yes")))
    moved = json.dumps({"errors": [{"code": "ConcurrentModification", "currentVersion": 5, "message": "moved"}]})
    commercetools.fails(f"/customers/{uid('customer', 1)}", 409, moved, times=2)
    lost = json.dumps({"errors": [{"code": "General", "message": "perhaps"}]})
    commercetools.fails(f"/customers/{uid('customer', 1)}", 500, lost)
    source = opened(commercetools)
    writes, website = source.newsletter_writes(), source.websites()[0]
    assert writes is not None
    assert writes.unsubscribe(website, ["ada@northwind.example", "guest@northwind.example"]) == [
        "ada@northwind.example"
    ]
    assert held(source)[FIELD] == "no"
    # Twice is once.
    assert writes.unsubscribe(website, ["ada@northwind.example"]) == ["ada@northwind.example"]
    assert held(source)["version"] == 2
    source.close()


def test_nobody_is_given_a_consent_they_never_had(commercetools: CommercetoolsServer) -> None:
    commercetools.seed("customer", documents.customer(1))
    source = opened(commercetools)
    writes, website = source.newsletter_writes(), source.websites()[0]
    assert writes is not None
    assert writes.subscribe(website, [ADA]) == []
    assert writes.unsubscribe(website, [ADA]) == [ADA]
    assert held(source)["version"] == 1
    source.close()


def test_a_field_that_does_not_take_the_word_says_what_to_do(commercetools: CommercetoolsServer) -> None:
    commercetools.seed("customer", documents.customer(1, **says("yes")))
    refused = json.dumps({"errors": [{"code": "InvalidField", "message": "no is none of its values"}]})
    commercetools.fails(f"/customers/{uid('customer', 1)}", 400, refused)
    source = opened(commercetools)
    writes = source.newsletter_writes()
    assert writes is not None
    with pytest.raises(ConfigError) as caught:
        writes.unsubscribe(source.websites()[0], [ADA])
    assert caught.value.code is CONSENT_REFUSED
    source.close()


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        (True, False),
        (1, 0),
        ("yes", "no"),
        ("YES", "NO"),
        ("Yes", "No"),
        ("y", "n"),
        ("True", "False"),
        ("ON", "OFF"),
        ("1", "0"),
    ],
)
def test_each_kind_of_field_has_its_own_no_and_its_own_yes(yes: Any, no: Any) -> None:
    assert (answer(yes, yes=False), answer(no, yes=True)) == (no, yes)
