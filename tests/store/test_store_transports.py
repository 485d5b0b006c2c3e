"""The real store, its people sent as JSON and by file: Dotdigital holds the same in the end."""

from __future__ import annotations

from collections import Counter

import pytest

from dotbridge.ledger.models import EmailImporter
from support.dotdigital_sandbox import USER
from support.premises import Premises, Synced
from support.real_store import RealStore

pytestmark = [pytest.mark.mariadb, pytest.mark.store, pytest.mark.slow]


def test_by_file_the_store_ends_in_the_state_that_it_ends_in_as_json(
    premises: Premises, synced: Synced, shop: RealStore
) -> None:
    with premises.lent():
        installation = premises.installation(shop=shop)
        installation.configure(non_subscribers="send", **{"importer.contact_transport": "v2"})
        seen = premises.sync(installation, user=USER)
        sent = Counter[str]()
        for transport, accepted in EmailImporter.objects.filter(kind="contacts").values_list("transport", "accepted"):
            sent[transport] += accepted
    expected = synced.seen
    assert seen.state == expected.state
    assert seen.balances == expected.balances
    assert seen.people == expected.people
    assert seen.moves.people == expected.moves.people, "everybody's data goes once"
    assert sent["v2"] > 1000
    assert sent["v3"] > 0, "who has unsubscribed in the shop"
