"""Who stands behind whom: contacts, their sources, and which of them must be mapped again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from dotbridge.ledger import erasures, hot
from dotbridge.ledger.codes import CONTACT_EXCLUDED, CONTACT_REFUSED, CONTACT_SUPPRESSED
from dotbridge.ledger.transaction import locked


class Person(NamedTuple):
    """A contact as far as an order or another record of theirs needs it. ``known`` once Dotdigital holds it."""

    id: int
    state: str
    email: str
    known: bool


class SourceRow(NamedTuple):
    """One customer, subscriber or guest to write; ``email_key`` is "" where the address cannot be one."""

    website_id: int
    kind: str
    source_id: str
    email: str
    email_key: str
    digest: bytes
    code: str
    detail: str
    source_updated: str
    read_started: float
    subscription: str = ""
    subscription_at: str = ""


_PERSON = "c.id, c.state, c.email, c.contact_id IS NOT NULL"


def by_customer(website_id: int, customer_ids: Sequence[str]) -> dict[str, Person]:
    """The people behind these customer ids of a website, as far as the customers were read."""
    if not customer_ids:
        return {}
    these, ids = hot.among(customer_ids)
    found = hot.rows(
        f"SELECT s.source_id, {_PERSON} FROM contact_source s JOIN email_contact c ON c.id = s.contact_id"
        f" WHERE s.website_id = %s AND s.kind = 'customer' AND s.source_id {these}",
        [website_id, *ids],
    )
    return {row[0]: Person(row[1], row[2], row[3], bool(row[4])) for row in found}


def by_guest(website_id: int, addresses: Sequence[str]) -> dict[str, Person]:
    """The people behind those of these normalised addresses that the website knows as guests already."""
    if not addresses:
        return {}
    these, keys = hot.among(addresses)
    found = hot.rows(
        f"SELECT s.source_id, {_PERSON} FROM contact_source s JOIN email_contact c ON c.id = s.contact_id"
        f" AND c.email_key = s.source_id WHERE s.website_id = %s AND s.kind = 'guest' AND s.source_id {these}",
        [website_id, *keys],
    )
    return {row[0]: Person(row[1], row[2], row[3], bool(row[4])) for row in found}


def by_email(account_id: int, keys: Sequence[str]) -> dict[str, Person]:
    """The people of an account with these normalised addresses."""
    if not keys:
        return {}
    these, addresses = hot.among(keys)
    found = hot.rows(
        f"SELECT c.email_key, {_PERSON} FROM email_contact c WHERE c.account_id = %s AND c.email_key {these}",
        [account_id, *addresses],
    )
    return {row[0]: Person(row[1], row[2], row[3], bool(row[4])) for row in found}


def ensure(account_id: int, addresses: Sequence[tuple[str, str]]) -> None:
    """A contact for each (normalised address, as typed); one that exists stays as it is."""
    hot.insert(
        "email_contact (account_id, email_key, email, state, waits_for, code, detail, warnings, version,"
        " batch_version, attempts, mapping_version, read_started, dirty, mapped, is_guest, is_subscriber,"
        " subscriber_status, suppressed_reason)",
        "(%s, %s, %s, 'pending', '', '', '', '', 0, 0, 0, 0, 0, 1, 0, 0, 0, '', '')",
        "ON CONFLICT (account_id, email_key) DO NOTHING",
        [(account_id, key, email) for key, email in addresses],
    )


def ensure_guests(account_id: int, website_id: int, guests: dict[str, str]) -> list[int]:
    """Contacts and guest sources for these (normalised address: as typed); gives the ids of who is new, to be marked."""
    ensure(account_id, list(guests.items()))
    known = known_sources(website_id, "guest", list(guests))
    fresh = {key: person.id for key, person in by_email(account_id, list(guests)).items() if key not in known}
    hot.insert(
        "contact_source (website_id, source_id, email, contact_id, kind, code, detail, source_updated, read_started)",
        "(%s, %s, %s, %s, 'guest', '', '', '', 0)",
        "ON CONFLICT (website_id, kind, source_id) DO NOTHING",
        [(website_id, key, guests[key], contact_id) for key, contact_id in fresh.items()],
    )
    return list(fresh.values())


def known_sources(website_id: int, kind: str, ids: Sequence[str]) -> dict[str, tuple[bytes | None, int | None]]:
    """(digest, contact id) of the sources that the ledger holds."""
    if not ids:
        return {}
    these, args = hot.among(ids)
    found = hot.rows(
        "SELECT source_id, digest, contact_id FROM contact_source"
        f" WHERE website_id = %s AND kind = %s AND source_id {these}",
        [website_id, kind, *args],
    )
    return {row[0]: (None if row[1] is None else bytes(row[1]), row[2]) for row in found}


def stage_sources(staged: Sequence[SourceRow], people: dict[str, Person]) -> None:
    """Writes sources with the contacts they stand behind; ``people`` are the contacts by normalised address."""
    # A shop's page may hold a person twice; the later one is the newer.
    once = {(row.website_id, row.kind, row.source_id): row for row in staged}
    hot.insert(
        "contact_source (website_id, kind, source_id, email, contact_id, digest, code, detail, source_updated,"
        " read_started)",
        "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        "ON CONFLICT (website_id, kind, source_id) DO UPDATE SET email = excluded.email,"
        " contact_id = excluded.contact_id, digest = excluded.digest, code = excluded.code, detail = excluded.detail,"
        " source_updated = excluded.source_updated, read_started = excluded.read_started"
        # A later read by the live lane may have been staged first: then it stands.
        " WHERE excluded.read_started >= contact_source.read_started",
        [
            (
                row.website_id,
                row.kind,
                row.source_id,
                row.email,
                people[row.email_key].id if row.email_key else None,
                row.digest,
                row.code,
                row.detail,
                row.source_updated,
                row.read_started,
            )
            for row in once.values()
        ],
    )


def lock(contact_ids: Iterable[int]) -> None:
    """Takes these contacts in the order in which all writers take them, before they move in several steps."""
    ids = sorted(set(contact_ids)) if connection.vendor == "postgresql" else []
    if ids:
        these, args = hot.among(ids)
        hot.rows(locked(f"SELECT id FROM email_contact WHERE id {these} ORDER BY id"), args)


def mark_dirty(contact_ids: Iterable[int]) -> None:
    """These contacts must be mapped again."""
    ids = sorted(set(contact_ids))
    lock(ids)
    for start in range(0, len(ids), 500):
        these, part = hot.among(ids[start : start + 500])
        hot.execute(f"UPDATE email_contact SET dirty = dirty + 1 WHERE id {these}", part)


def mark_all_dirty(account_id: int) -> int:
    """All contacts of an account must be mapped again, after a change of mapping; gives how many."""
    return hot.execute("UPDATE email_contact SET dirty = dirty + 1 WHERE account_id = %s", (account_id,))


def learn_contact_ids(account_id: int, learnt: Sequence[tuple[int, str]]) -> None:
    """Keeps Dotdigital's ids: (contact id, normalised address)."""
    hot.many(
        "UPDATE email_contact SET contact_id = %s WHERE account_id = %s AND email_key = %s",
        [(contact_id, account_id, key) for contact_id, key in learnt],
    )


RECORD_TABLES = ("email_order", "email_quote", "email_catalog", "email_review", "email_wishlist", "email_insight")


def wake_records(contact_ids: Sequence[int]) -> None:
    """Records that were held back with these contacts wait again, now that the contacts have moved."""
    held = (CONTACT_EXCLUDED.id, CONTACT_REFUSED.id, CONTACT_SUPPRESSED.id)
    for table in RECORD_TABLES:
        if table == "email_catalog":
            continue
        for start in range(0, len(contact_ids), 500):
            part = contact_ids[start : start + 500]
            hot.execute(
                f"UPDATE {table} SET state = 'pending', waits_for = 'contact', code = '', detail = ''"
                " WHERE state IN ('excluded', 'rejected', 'suppressed') AND code IN (%s, %s, %s)"
                f" AND contact_id IN ({hot.marks(part)})",
                [*held, *part],
            )


def look_again(website_id: int, contact_ids: Sequence[int]) -> None:
    """Records of these people in the website are read again: they may belong to somebody else now."""
    for table in RECORD_TABLES:
        for start in range(0, len(contact_ids) if table != "email_catalog" else 0, 500):
            part = contact_ids[start : start + 500]
            hot.execute(
                f"UPDATE {table} SET state = CASE WHEN batch IS NULL THEN 'pending' ELSE state END, waits_for = 'read',"
                " version = version + 1 WHERE website_id = %s AND (state IN ('accepted', 'staged')"
                f" OR (state = 'pending' AND waits_for = 'contact')) AND contact_id IN ({hot.marks(part)})",
                [website_id, *part],
            )


def forget_contacts(table: str, batch: int, keys: Sequence[str]) -> None:
    """Contacts that Dotdigital does not know after all, by document keys of their records: they are sent anew."""
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        hot.execute(
            "UPDATE email_contact SET contact_id = NULL, digest = NULL, accepted_digest = NULL, dirty = dirty + 1"
            f" WHERE id IN (SELECT contact_id FROM {table} WHERE batch = %s AND key IN ({hot.marks(part)}))",
            [batch, *part],
        )


def remove_sources(website_id: int, kind: str, ids: Sequence[str]) -> None:
    """Sources that left the shop; their contacts are mapped again, by whoever is left."""
    erases = kind == "customer" and erasures.wanted()
    for source_id in ids:
        contact = hot.rows(
            "SELECT contact_id FROM contact_source WHERE website_id = %s AND kind = %s AND source_id = %s",
            (website_id, kind, source_id),
        )
        known = [row[0] for row in contact if row[0] is not None]
        mark_dirty(known)
        if kind == "customer":
            look_again(website_id, known)
        if erases:
            erasures.left(website_id, [(source_id, one) for one in known])
        hot.execute(
            "DELETE FROM contact_source WHERE website_id = %s AND kind = %s AND source_id = %s",
            (website_id, kind, source_id),
        )
