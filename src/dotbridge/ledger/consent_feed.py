"""The places up to which Dotdigital's feeds were read."""

from __future__ import annotations

from collections.abc import Iterable

from dotbridge.commerce.email import email_key
from dotbridge.dotdigital.subscriptions import Suppression
from dotbridge.errors import RecordError
from dotbridge.ledger import clock, hot
from dotbridge.ledger.consent import Told, is_closed
from dotbridge.ledger.consent_event import wake
from dotbridge.ledger.models import ConsentFeed

#: Where a feed begins that was never read.
BEGINNING = "2000-01-01T00:00:00Z"


def feed(account_id: int, name: str) -> ConsentFeed:
    """The feed's place; a new one begins at the beginning, so that no window leaves anything out."""
    return ConsentFeed.objects.get_or_create(account_id=account_id, feed=name, defaults={"cursor": BEGINNING})[0]


def told_of(found: Iterable[Suppression]) -> list[Told]:
    """What entries of the feed of suppressions tell of whom we may know, in their order."""
    told = []
    for one in found:
        contact = one.suppressed_contact
        status = str(contact.status or one.reason)
        # The entry tells when the person went; of one who has come back since, nothing is said about when.
        at = str(one.date_removed) if is_closed(status) else ""
        try:
            told.append(Told(email_key(contact.email), status, at, contact.id))
        except RecordError:
            continue  # an address that no contact of ours can have
    return told


def want_statuses(account_id: int) -> None:
    """Contacts were just sent: what Dotdigital says of them is wanted at once."""
    hot.execute(
        "INSERT INTO consent_feed (account_id, feed, cursor, position, began, began_at, pulled_at, wanted_at)"
        " VALUES (%s, 'modified', %s, '', '', 0, 0, %s)"
        " ON CONFLICT (account_id, feed) DO UPDATE SET wanted_at = excluded.wanted_at",
        (account_id, BEGINNING, clock.now()),
    )
    wake(account_id)


def statuses_wanted(account_id: int) -> bool:
    """Whether contacts were sent whose status has not been read since."""
    query = "SELECT 1 FROM consent_feed WHERE account_id = %s AND feed = 'modified' AND wanted_at > pulled_at"
    return bool(hot.rows(query, (account_id,)))


def statuses_read_at(account_id: int) -> float:
    """When the last whole reading of statuses began (epoch seconds); 0 where there was none."""
    found = hot.rows("SELECT pulled_at FROM consent_feed WHERE account_id = %s AND feed = 'modified'", (account_id,))
    return float(found[0][0]) if found else 0.0
