"""Consent records to Dotdigital, in single calls that are never repeated blindly: what is there already is seen first."""

from __future__ import annotations

from collections import Counter

from dotbridge.dotdigital.client import Dotdigital
from dotbridge.dotdigital.contacts import Contact
from dotbridge.errors import RecordError
from dotbridge.ledger import consent_record
from dotbridge.ledger.consent_record import Agreement
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.transaction import writing

_PAGE = 200


def export(account_id: int, client: Dotdigital, counts: Counter[str], lease: Lease | None = None) -> None:
    """Sends each waiting record of people whom Dotdigital holds; it carries no status, so it makes nobody mailable."""
    last = 0
    while found := consent_record.unsent(account_id, _PAGE, last):
        for one in found:
            last = one.id
            contact = client.contacts.get(one.email)
            if contact is None:
                continue  # deleted there meanwhile; a call would make the person anew, and mailable
            try:
                if not _holds(contact, one.agreement):
                    client.contacts.patch(one.email, {"consentRecords": [_document(one.agreement)]})
            except RecordError as error:
                with writing():
                    consent_record.refused(one.id, f"{error.code.what} {error.why} {error.code.todo}")
                counts["consent_refused"] += 1
                continue
            with writing():
                consent_record.sent([one.id])
            counts["consent_sent"] += 1
            if lease is not None and lease.over():
                return


def _document(record: Agreement) -> dict[str, str]:
    """All five members, as v3 wants them (dotdigital-api §16.3)."""
    return {
        "text": record.text,
        "dateTimeConsented": record.consented_at,
        "url": record.url,
        "ipAddress": record.ip,
        "userAgent": record.agent,
    }


def _holds(contact: Contact, record: Agreement) -> bool:
    wanted = (record.text, record.consented_at[:19])
    return any(
        (str(one.get("text", "")), str(one.get("dateTimeConsented", ""))[:19]) == wanted
        for one in contact.consent_records
    )
