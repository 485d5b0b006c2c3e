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
    keys = list(guests)
    fresh = hot.rows(
        f"SELECT c.id, c.email_key FROM email_contact c WHERE c.account_id = %s AND c.email_key IN ({hot.marks(keys)})"
        " AND NOT EXISTS (SELECT 1 FROM contact_source s WHERE s.website_id = %s AND s.kind = 'guest'"
        " AND s.source_id = c.email_key)",
        [account_id, *keys, website_id],
    )
    hot.insert(
        "contact_source (website_id, source_id, email, contact_id, kind, code, detail, source_updated, read_started)",
        "(%s, %s, %s, %s, 'guest', '', '', '', 0)",
        "ON CONFLICT (website_id, kind, source_id) DO NOTHING",
        [(website_id, key, guests[key], contact_id) for contact_id, key in fresh],
    )
    return [row[0] for row in fresh]


def known_sources(website_id: int, kind: str, ids: Sequence[str]) -> dict[str, tuple[bytes | None, int | None]]:
    """(digest, contact id) of the sources that the ledger holds."""
    if not ids:
        return {}
    found = hot.rows(
        "SELECT source_id, digest, contact_id FROM contact_source"
        f" WHERE website_id = %s AND kind = %s AND source_id IN ({hot.marks(ids)})",
        [website_id, kind, *ids],
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


class Due(NamedTuple):
    """A contact that must be mapped: its address, what was last wanted, and the reasons counted so far."""

    id: int
    email_key: str
    email: str
    dirty: int
    state: str
    code: str
    digest: bytes | None
    mapping_version: int
    contact_id: int | None
    accepted: bool
    on_road: bool
    warned: bool
    suppressed: str
    channel: str
    fields_sent: int


def due_contacts(account_id: int, website_id: int, limit: int, only: Sequence[int] | None = None) -> list[Due]:
    """The next contacts to map whose oldest source is of this website, or of ``only`` these all that are due.

    Those with a website whose order history is still being read wait for it. Of ``only`` these also one on the road is
    mapped: what is wanted of it now goes beside the import, and once more after it.
    """
    if only is None:
        which = (
            "c.batch IS NULL AND %s = COALESCE((SELECT s.website_id FROM contact_source s WHERE s.contact_id = c.id"
            " ORDER BY s.id LIMIT 1), %s)"
        )
        chosen = [website_id, website_id]
    else:
        which, chosen = f"c.id IN ({hot.marks(only)})", [*only]
    # Of a few contacts the index of those that are due is no help: a backfill makes it long.
    account = "c.account_id" if only is None else "c.account_id + 0"
    found = hot.rows(
        "SELECT c.id, c.email_key, c.email, c.dirty, c.state, c.code, c.digest, c.mapping_version, c.contact_id,"
        " c.accepted_digest IS NOT NULL, c.batch IS NOT NULL, c.warnings <> '', c.suppressed_reason, c.channel_status,"
        " c.sales_sent"
        f" FROM email_contact c WHERE {account} = %s AND c.dirty > c.mapped AND c.state <> 'erased' AND {which}"
        # Dotdigital is told of a new address first.
        " AND c.renamed_from = ''"
        " AND NOT EXISTS (SELECT 1 FROM contact_source s JOIN website w ON w.id = s.website_id"
        " WHERE s.contact_id = c.id AND w.state = 'history' AND NOT w.facts_complete)"
        # Who is to be asked for a confirmation first must not be made, and so subscribed, by an import meanwhile.
        " AND (c.contact_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM consent_delivery d WHERE d.contact_id = c.id"
        " AND d.done_at IS NULL AND d.outcome = 'confirm'))"
        " ORDER BY c.id LIMIT %s",
        [account_id, *chosen, limit],
    )
    return [
        Due(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            row[5],
            hot.as_bytes(row[6]),
            row[7],
            row[8],
            bool(row[9]),
            bool(row[10]),
            bool(row[11]),
            row[12],
            row[13],
            row[14],
        )
        for row in found
    ]


def sources_of(contact_ids: Sequence[int]) -> list[tuple[int, int, str, str]]:
    """(contact id, website id, kind, source id) of everyone behind these contacts, oldest source first."""
    return [
        (row[0], row[1], row[2], row[3])
        for row in hot.rows(
            "SELECT contact_id, website_id, kind, source_id FROM contact_source"
            f" WHERE contact_id IN ({hot.marks(contact_ids)}) ORDER BY id",
            list(contact_ids),
        )
    ]


class ContactRow(NamedTuple):
    """What is wanted of a contact now, in the order of the update's place-holders.

    ``fields_sent``: the fields that its document fills and that are emptied again (``mapping.contacts.document``).
    """

    email: str
    digest: bytes | None
    read_started: float
    mapping_version: int
    warnings: str
    is_guest: int
    is_subscriber: int
    subscriber_status: str
    fields_sent: int
    state: str
    code: str
    detail: str
    batch: int | None
    mapped: int
    id: int


def stage_contacts(staged: Sequence[ContactRow]) -> None:
    """Writes what is wanted; a contact on the road stays there, and is mapped again after it settles."""
    hot.many(
        "UPDATE email_contact SET email = %s, digest = %s, read_started = %s, mapping_version = %s, warnings = %s,"
        " is_guest = %s, is_subscriber = %s, subscriber_status = %s, sales_sent = sales_sent | %s,"
        " version = version + 1,"
        " state = CASE WHEN batch IS NULL THEN %s ELSE state END, code = CASE WHEN batch IS NULL THEN %s ELSE code END,"
        " detail = CASE WHEN batch IS NULL THEN %s ELSE detail END, waits_for = '',"
        " batch_version = CASE WHEN batch IS NULL THEN version + 1 ELSE batch_version END,"
        " batch = COALESCE(batch, %s), mapped = %s"
        # Erased meanwhile by a person: then nothing of this read may come back. Read again meanwhile: then that stands.
        " WHERE id = %s AND state <> 'erased' AND read_started <= %s",
        [(*row, row.read_started) for row in staged],
    )


def mark_mapped(seen: Sequence[tuple[int, int]]) -> None:
    """These contacts were mapped and had nothing new: (reasons seen, contact id)."""
    hot.many("UPDATE email_contact SET mapped = %s WHERE id = %s AND mapped < dirty", seen)


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
