"""Consent on the real store: what happens in Dotdigital while a batch is on its way stands in the newsletter table."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from dotbridge.jobs.once import run_job
from dotbridge.ledger.models import EmailContact, EmailImporter
from dotbridge.sources.newsletter_table import write_grants
from support.installation import Installation
from support.premises import Premises
from support.real_store import RealStore

pytestmark = [pytest.mark.mariadb, pytest.mark.store]

USER = "'dotbridge_newsletter'@'%'"


@pytest.fixture
def writing(dotbridge: Installation, shop: RealStore) -> Iterator[Installation]:
    """The installation with the right to write two tables of the shop."""
    shop.change(
        "CREATE TABLE IF NOT EXISTS newsletter_queue_link (queue_link_id INT PRIMARY KEY AUTO_INCREMENT,"
        " queue_id INT, subscriber_id INT, letter_sent_at TIMESTAMP NULL)",
        f"CREATE OR REPLACE USER {USER} IDENTIFIED BY 'newsletter-1'",
        *write_grants(shop.database, user=USER),
    )
    settings = dotbridge.configuration["connections"]["shop"]["settings"]
    settings.update(write_user="dotbridge_newsletter", write_password="newsletter-1")
    dotbridge.configure(non_subscribers="send")
    dotbridge.sync()
    yield dotbridge
    shop.change("DROP TABLE newsletter_queue_link")


def subscriber(shop: RealStore) -> tuple[int, int, str]:
    """(subscriber id, customer id, address) of a customer of one website who is subscribed there once."""
    found = shop.rows(
        "SELECT n.subscriber_id, c.entity_id, c.email FROM newsletter_subscriber n"
        " JOIN customer_entity c ON c.entity_id = n.customer_id AND c.email = n.subscriber_email"
        " WHERE n.subscriber_status = 1"
        " AND (SELECT COUNT(*) FROM customer_entity d WHERE d.email = c.email) = 1"
        " AND (SELECT COUNT(*) FROM newsletter_subscriber m WHERE m.subscriber_email = c.email) = 1 LIMIT 1"
    )[0]
    return int(found[0]), int(found[1]), str(found[2])


@pytest.mark.parametrize("transport", ["v3", "v2"])
@pytest.mark.parametrize(
    ("event", "status", "state"),
    [("unsubscribe", "Unsubscribed", "accepted"), ("suppress", "Suppressed", "suppressed")],
)
def test_who_leaves_dotdigital_while_their_batch_is_in_flight_stays_out_and_the_newsletter_table_shows_it(
    writing: Installation,
    shop: RealStore,
    premises: Premises,
    event: str,
    status: str,
    state: str,
    transport: str,
) -> None:
    row, customer, email = subscriber(shop)
    sandbox = premises.sandbox
    writing.configure(**{"importer.contact_transport": transport})
    shop.change(f"UPDATE customer_entity SET updated_at = UTC_TIMESTAMP(), group_id = 2 WHERE entity_id = {customer}")
    sandbox.post_control("imports/hold", {"kind": "contacts"})
    run_job("customer_subscriber_guest_sync")
    run_job("importer", once=True)
    assert EmailContact.objects.get(email_key=email.lower()).state == "staged"
    sandbox.post_control(f"contacts/{email}/{event}")
    assert EmailImporter.objects.get(state="submitted").transport == transport
    sandbox.post_control("imports/release")
    run_job("importer")
    contact = EmailContact.objects.get(email_key=email.lower())
    assert (contact.state, contact.channel_status) == (state, status.lower()), "before any feed is read"
    writing.sync()
    contact.refresh_from_db()
    assert (contact.state, contact.channel_status) == (state, status.lower())
    assert sandbox.get(f"/v2/contacts/{email}")["status"] == status
    assert shop.one(f"SELECT subscriber_status FROM newsletter_subscriber WHERE subscriber_id = {row}") == 3
    assert all(balance.unexplained == 0 for balance in writing.audit().values())


def test_who_opts_in_again_in_the_newsletter_table_is_resubscribed_and_a_bounce_is_not(
    writing: Installation, shop: RealStore, premises: Premises
) -> None:
    row, _, email = subscriber(shop)
    sandbox = premises.sandbox
    subscribe = f"UPDATE newsletter_subscriber SET subscriber_status = 1 WHERE subscriber_id = {row}"
    sandbox.post_control(f"contacts/{email}/unsubscribe")
    writing.sync()
    assert shop.one(f"SELECT subscriber_status FROM newsletter_subscriber WHERE subscriber_id = {row}") == 3
    shop.change(subscribe)
    # A read within the overlap of our own writing may come from a replica that has not heard of it.
    writing.configure(overlap_seconds=1)
    time.sleep(1.1)
    writing.sync(full=True)
    assert sandbox.get(f"/v2/contacts/{email}")["status"] == "Subscribed"
    sandbox.post_control(f"contacts/{email}/bounce")
    writing.sync()
    shop.change(subscribe)
    time.sleep(1.1)
    writing.sync(full=True)
    assert sandbox.get(f"/v2/contacts/{email}")["status"] == "HardBounced"
    assert shop.one(f"SELECT subscriber_status FROM newsletter_subscriber WHERE subscriber_id = {row}") == 3
