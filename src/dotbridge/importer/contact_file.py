"""A batch of contacts as a file over v2: sent for one list after the other, its report read with names.

v2 names only whom it refused, in prose and by address. Everybody else is looked up afterwards, because the rest of the
system needs Dotdigital's ids and because only who is there can have been taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import orjson

from dotbridge.commerce.consent import word_of
from dotbridge.commerce.email import email_key
from dotbridge.dotdigital import csv_file
from dotbridge.dotdigital.client import Dotdigital
from dotbridge.dotdigital.import_reports import ContactFault, ContactImport, TakenContact
from dotbridge.dotdigital.subscriptions import ContactV2
from dotbridge.dotdigital.words import Word
from dotbridge.errors import RecordError
from dotbridge.importer.aside import hang_up, set_aside
from dotbridge.ledger import hot, people
from dotbridge.ledger.models import EmailImporter
from dotbridge.ledger.states import BatchState
from dotbridge.ledger.transaction import writing

#: Contacts looked up in one call.
PAGE = 500
#: Why v2 refuses people whose data v3 takes.
GOES_AS_JSON = frozenset({"unsubscribed", "left_list", "soft_bounced", "pending_opt_in"})


def lists_of(batch: EmailImporter) -> list[int]:
    """The lists that everybody in the file belongs on, in the order in which they are filled."""
    return [int(number) for number in batch.lists.split(",") if number]


def send(batch: EmailImporter, client: Dotdigital, documents: Sequence[bytes]) -> str:
    """Uploads the file for the list that is the batch's next, and gives the id of the import."""
    items = [orjson.loads(document) for document in documents]
    file = csv_file.addresses(items) if batch.leg else csv_file.write(items)
    lists = lists_of(batch)
    return client.csv_imports.upload(file, list_id=lists[batch.leg] if lists else None, merge_option=1)


def without_doubtful(batch: EmailImporter, client: Dotdigital, frames: Mapping[str, bytes]) -> dict[str, bytes]:
    """The documents that may go in a file, asked just before it is sent; the others are set aside.

    v2 refuses who is not simply subscribed. Of whom it calls subscribed v3 may know that they never were, and v2 would
    make them so: who is there without our knowing their status from v3 goes as JSON.
    """
    held = dict(hot.rows("SELECT id, channel_status FROM email_contact WHERE batch = %s", (batch.pk,)))
    addresses = {key: orjson.loads(body)["identifiers"]["email"] for key, body in frames.items()}
    found = look_up(client, addresses.values())
    there = {key: one for key, email in addresses.items() if (one := found.get(key_of(email)))}
    doubtful = {key for key, one in there.items() if _is_doubtful(str(one.status), held.get(int(key), ""))}
    closed = {key for key in doubtful if word_of(str(there[key].status)) == "unsubscribed"}
    aside = set_aside(batch, {key: frames[key] for key in frames if key in doubtful}, closed)
    with writing():
        people.learn_contact_ids(batch.account_id, [(one.id, key_of(one.email)) for one in there.values()])
        # The sweep of lost workers may have taken the batch from us: then it has been given back, or will be.
        if aside is not None and hot.move_batch(batch.pk, [BatchState.SUBMITTING], BatchState.SUBMITTING):
            hang_up(batch, aside)
    return {key: body for key, body in frames.items() if key not in doubtful}


def _is_doubtful(status: str, held: str) -> bool:
    """Bounces, complaints and suppressions stay: the file of faults names them, and that is what is wanted of it."""
    return word_of(status) != "blocked" and not (status == "subscribed" and held == "subscribed")


def read(batch: EmailImporter, client: Dotdigital) -> ContactImport:
    """The import as it stands; once it has finished, with everybody of the batch who is in Dotdigital by id."""
    report = client.csv_imports.read(batch.import_id)
    if report.state != "finished":
        return report
    held = hot.rows("SELECT email, COALESCE(contact_id, 0) FROM email_contact WHERE batch = %s", (batch.pk,))
    refused = {key_of(fault.value) for fault in report.faults}
    found = look_up(client, [email for email, number in held if not number or key_of(email) in refused])
    taken = []
    for email, number in held:
        key = key_of(email)
        known = number or (found[key].id if key in found else 0)
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
