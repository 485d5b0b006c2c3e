"""A batch of contacts as a file over v2: sent leg by leg, its report read with names.

v2 names only whom it refused, in prose and by address. Everybody else is looked up afterwards, because the rest of the
system needs Dotdigital's ids and because only who is there can have been taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import orjson

from dotbridge.commerce.consent import word_of
from dotbridge.commerce.email import email_key
from dotbridge.dotdigital import csv_file
from dotbridge.dotdigital.client import Dotdigital
from dotbridge.dotdigital.codes import NOT_READY
from dotbridge.dotdigital.import_reports import ContactFault, ContactImport, TakenContact
from dotbridge.dotdigital.subscriptions import ContactV2
from dotbridge.dotdigital.words import Word
from dotbridge.errors import RecordError
from dotbridge.ledger import hot
from dotbridge.ledger.models import EmailImporter
from dotbridge.ledger.states import BatchState

#: Contacts looked up in one call.
PAGE = 500
#: Why v2 refuses people whose data v3 takes.
GOES_AS_JSON = frozenset({"unsubscribed", "left_list", "soft_bounced", "pending_opt_in"})


def legs_of(batch: EmailImporter) -> list[str]:
    """The imports that the file takes, in their order."""
    return batch.legs.split(",") if batch.legs else []


def send(batch: EmailImporter, client: Dotdigital, documents: Sequence[bytes]) -> str:
    """Uploads what the batch's next leg needs of these documents, and gives the id of the import."""
    items = [orjson.loads(document) for document in documents]
    leg = legs_of(batch)[batch.leg]
    if leg == "clear":
        return client.csv_imports.upload(csv_file.blanks(items), merge_option=0)
    file = csv_file.addresses(items) if batch.leg else csv_file.write(items)
    return client.csv_imports.upload(file, list_id=None if leg == "all" else int(leg), merge_option=1)


def read(batch: EmailImporter, client: Dotdigital) -> ContactImport:
    """The import as it stands; once it has finished, with everybody of the batch who is in Dotdigital by id.

    A file of faults that is missing is asked for twice. Then it is gone, as it is after a week in which we were away.
    """
    asked_before = batch.code == NOT_READY.id or batch.state == BatchState.EXPIRED
    report = client.csv_imports.read(batch.import_id, faults_gone=asked_before)
    if report.state != "finished":
        return report
    held = hot.rows("SELECT email, COALESCE(contact_id, 0) FROM email_contact WHERE batch = %s", (batch.pk,))
    refused = {key_of(fault.value) for fault in report.faults}
    # As many were made as we thought there were none of: then nobody was made anew in place of one we know the id of.
    as_known = report.counters.created == sum(not number for _, number in held)
    asked = [email for email, number in held if not (as_known and number) or key_of(email) in refused]
    found = look_up(client, asked)
    taken = []
    for email, number in held:
        key = key_of(email)
        known = found[key].id if key in found else as_known and number
        if known and key not in refused:
            taken.append(TakenContact(known, email, {"email": email}, created=False))
    faults = tuple(_seen(fault, found.get(key_of(fault.value))) for fault in report.faults)
    return msgspec.structs.replace(report, taken=tuple(taken), faults=faults)


def _seen(fault: ContactFault, contact: ContactV2 | None) -> ContactFault:
    """The fault with the contact's id. Who left only the list that is filled counts as unsubscribed there as well."""
    if contact is None:
        return fault
    open_ = fault.reason == "unsubscribed" and word_of(str(contact.status)) == "subscribed"
    return msgspec.structs.replace(fault, contact_id=contact.id, reason=Word("left_list") if open_ else fault.reason)


def look_up(client: Dotdigital, emails: Iterable[str]) -> dict[str, ContactV2]:
    """Those whom Dotdigital holds, by normalised address."""
    wanted, found = list(emails), {}
    for start in range(0, len(wanted), PAGE):
        for contact in client.subscriptions.retrieve(emails=wanted[start : start + PAGE]).contacts:
            if contact.id:
                found[key_of(contact.email)] = contact
    return found


def key_of(email: str) -> str:
    """The normalised address; as it stands where Dotdigital tells one that we would not take."""
    try:
        return email_key(email)
    except RecordError:
        return email.strip().lower()
