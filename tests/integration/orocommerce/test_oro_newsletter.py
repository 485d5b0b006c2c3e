"""An unsubscribe in Dotdigital becomes an unsubscribed item of Oro's marketing lists, and is read back as one."""

from __future__ import annotations

from typing import Any

import pytest

from dotbridge.errors import ConfigError
from dotbridge.jobs.once import run_job
from dotbridge.ledger.models import Connection
from dotbridge.sources.codes import SETTING_UNFIT
from dotbridge.sources.orocommerce.source import OroCommerce
from support.dotdigital_calls import Dotdigital
from support.dotdigital_sandbox import PASSWORD, USER
from support.installation import Installation
from support.oro_api import Answer, Asked, OroApi
from support.oro_reading import both_ways, opened
from support.oro_shop import OroShop
from support.premises import Premises

pytestmark = pytest.mark.postgresql

ADA, ADA_ID = "Person1@example.com", 1


def access(api: OroApi, **more: Any) -> dict[str, Any]:
    """Both accesses, the consent, and the list in which who unsubscribes is marked."""
    return {**both_ways(api)["database"], **api.settings, "consent": "Newsletter", "unsubscribe_lists": "1", **more}


def items(oro: OroShop) -> list[int]:
    return [
        row[0]
        for row in oro.run("SELECT entity_id FROM orocrm_ml_item_uns WHERE marketing_list_id = 1 ORDER BY entity_id")
    ]


def said(source: OroCommerce, person: int) -> str:
    stream, website = source.streams()["customers"], source.websites()[0]
    (row,) = stream.fetch(website, [str(person)])
    return str(stream.to_commerce(row).subscription)


def test_an_unsubscribe_reaches_the_list_comes_back_as_one_and_a_return_takes_it_out(
    premises: Premises, oro_api: OroApi, oro: OroShop
) -> None:
    with premises.lent():
        account = {"username": USER, "password": PASSWORD, "hosts": {"r1": premises.sandbox.url}, "currency": "USD"}
        connection = {"platform": "orocommerce", "account": "main", "settings": access(oro_api)}
        made = Installation(
            {
                "accounts": {"main": account},
                "connections": {"oro": connection},
                "settings": {"importer.poll_seconds": 0},
            }
        )
        made.configure(overlap_seconds=120)
        premises.sandbox.post_control("settings", {"import_polls": 0})
        made.sync()

        def status() -> str:
            return str(premises.sandbox.state()["contacts"][ADA.lower()]["status"])

        assert status() == "Subscribed"
        # Person 3 was unsubscribed in Oro before: their consent is older than that.
        assert "person3@example.com" not in premises.sandbox.state()["contacts"]
        oro_api.forbidden.add("marketinglist")
        Dotdigital(premises.sandbox).happens(ADA, "unsubscribe")
        run_job("consent_sync")
        (finding,) = [one for one in Connection.objects.get().checks if one["name"] == "newsletter"]
        assert (finding["state"], items(oro)) == ("missing", [3])
        oro_api.forbidden.clear()
        made.sync()
        assert items(oro) == [1, 3]
        assert [one for one in Connection.objects.get().checks if one["name"] == "newsletter"] == []
        made.sync(full=True)
        assert (status(), items(oro)) == ("Unsubscribed", [1, 3])
        Dotdigital(premises.sandbox).happens(ADA, "resubscribe")
        made.sync()
        assert items(oro) == [3]


def test_an_item_counts_until_a_consent_is_given_after_it(oro_api: OroApi, oro: OroShop) -> None:
    with opened(**access(oro_api)) as source:
        assert [said(source, one) for one in (1, 3, 20)] == ["subscribed", "unsubscribed", ""]
        oro.run(
            "UPDATE oro_consent_acceptance SET created_at = now() + interval '1 hour' WHERE \"customerUser_id\" = 3"
        )
        assert said(source, 3) == "subscribed"
        writes, website = source.newsletter_writes(), source.websites()[0]
        assert writes is not None
        before = oro.run("SELECT id FROM orocrm_ml_item_uns WHERE entity_id = 3")
        assert writes.unsubscribe(website, ["PERSON3@example.com"]) == ["PERSON3@example.com"]
        assert oro.run("SELECT id FROM orocrm_ml_item_uns WHERE entity_id = 3") > before
    with opened(**{**access(oro_api), "unsubscribe_lists": ""}) as source:
        assert said(source, 3) == "subscribed"
        assert source.newsletter_writes() is None


def test_a_lost_answer_and_an_item_that_somebody_else_added_are_no_trouble(oro_api: OroApi, oro: OroShop) -> None:
    def lose(asked: Asked, answer: Answer) -> Answer:
        return answer._replace(cut=True) if "/unsubscribe/" in asked.path else answer

    oro_api.trouble = lose
    with opened(**access(oro_api)) as source:
        writes, website = source.newsletter_writes(), source.websites()[0]
        assert writes is not None
        assert writes.unsubscribe(website, [ADA, "nobody@example.com"]) == [ADA]
        assert items(oro) == [1, 3]
        assert writes.subscribe(website, [ADA, "person2@example.com"]) == [ADA]
        assert items(oro) == [3]


def test_the_check_tries_the_right_and_changes_nothing(oro_api: OroApi, oro: OroShop) -> None:
    def finding(**more: Any) -> tuple[str, str]:
        with opened(**access(oro_api, **more)) as source:
            (check,) = [one for one in source.check() if one.name == "newsletter"]
            return check.state, check.text

    assert finding()[0] == "ok"
    assert finding(unsubscribe_lists="1, 77") == ("missing", "The marketing list 77 is not there, or may not be read.")
    assert finding(unsubscribe_lists="")[0] == "missing"
    assert finding(client_id="")[0] == "missing"
    oro_api.forbidden.add("marketinglist")
    assert finding()[0] == "missing"
    assert items(oro) == [3]
    with pytest.raises(ConfigError) as caught, opened(**access(oro_api, unsubscribe_lists="all")) as source:
        source.check()
    assert caught.value.code is SETTING_UNFIT
