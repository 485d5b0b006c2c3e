"""What happened to people while their import was on its way, which no report tells of a status: some were suppressed or
have unsubscribed, and some were deleted, so that the import has made them anew."""

from __future__ import annotations

from dotbridge.commerce.clock import before
from dotbridge.dotdigital.client import Dotdigital
from dotbridge.dotdigital.import_reports import ContactImport
from dotbridge.importer.contact_file import key_of
from dotbridge.ledger import clock, consent
from dotbridge.ledger.consent import Pair, Told, is_closed
from dotbridge.ledger.consent_feed import told_of
from dotbridge.ledger.models import EmailImporter

#: Seconds before the import began that the window opens: entries become visible a little after their instant.
OVERLAP = 300.0


def closed_meanwhile(batch: EmailImporter, client: Dotdigital) -> list[Told]:
    """The suppressions since the batch was sent, by Dotdigital's clock, which may differ from ours; oldest first.

    Who has come back by now is left to `consent_sync`, which knows what counts as an opt-in.
    """
    under_way = max(0.0, clock.now() - (batch.submitting_at or batch.submitted_at or clock.now()))
    since = before(str(client.account.server_time()), under_way + OVERLAP)
    found = told_of(client.subscriptions.all_suppressed_since(since))
    return [one for one in found if is_closed(one.status)]


def opened_anew(batch: EmailImporter, report: ContactImport, client: Dotdigital) -> list[Pair]:
    """Whom the import has made as mailable of those who are known not to be: deleted after we looked whom Dotdigital
    holds. That it made them so is no opt-in of theirs."""
    made = {key_of(one.email) for one in report.taken if one.created}
    people = {key: one for key, one in consent.closed_of(batch.pk).items() if key in made} if made else {}
    if not people:
        return []
    found = client.subscriptions.retrieve(emails=[one.email for one in people.values()]).contacts
    told = {key_of(one.email): Told(key_of(one.email), str(one.status), "", one.id) for one in found if one.id}
    return [(told[key], one) for key, one in people.items() if key in told and not is_closed(told[key].status)]
