"""Lists follow the sources: joined with the contact's own import, left by the importer. The caller holds the transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dotbridge.ledger import hot


def want(lists: Mapping[int, Sequence[int]], read_started: float) -> None:
    """These contacts, as this read found them, belong on these lists now, and on no other that we put them on."""
    lists = {contact: lists[contact] for contact in _current(list(lists), read_started)}
    rows = [(contact, number) for contact, numbers in lists.items() for number in numbers]
    hot.insert(
        "list_membership (contact_id, list_id, state)",
        "(%s, %s, 'on')",
        "ON CONFLICT (contact_id, list_id) DO UPDATE SET state = 'on' WHERE list_membership.state <> 'on'",
        rows,
    )
    hot.many(
        "UPDATE list_membership SET state = 'leaving' WHERE contact_id = %s AND state = 'on' AND list_id = %s",
        [(contact, number) for contact, number in _held(list(lists)) if number not in lists[contact]],
    )


def _current(contacts: Sequence[int], read_started: float) -> list[int]:
    """Those that a later read of the live lane has not staged meanwhile."""
    found: list[int] = []
    for start in range(0, len(contacts), 500):
        part = contacts[start : start + 500]
        found += [
            row[0]
            for row in hot.rows(
                f"SELECT id FROM email_contact WHERE read_started = %s AND id IN ({hot.marks(part)})",
                [read_started, *part],
            )
        ]
    return found


def _held(contacts: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start in range(0, len(contacts), 500):
        part = contacts[start : start + 500]
        found += [
            (row[0], row[1])
            for row in hot.rows(
                f"SELECT contact_id, list_id FROM list_membership WHERE state = 'on' AND contact_id IN ({hot.marks(part)})",
                list(part),
            )
        ]
    return found


def joined(contact: int) -> list[int]:
    """The lists that we put the contact on and that it has not left since."""
    found = hot.rows("SELECT list_id FROM list_membership WHERE contact_id = %s AND state <> 'left'", (contact,))
    return [row[0] for row in found]


class Leaving(NamedTuple):
    """One contact to take off one list; ``number`` is Dotdigital's id of the contact."""

    contact: int
    list_id: int
    number: int | None


def leaving(account_id: int, limit: int) -> list[Leaving]:
    """Who is to leave which list, list by list. A contact on the road waits: its import may still put it there."""
    found = hot.rows(
        # A cross join keeps SQLite to this order: the few who leave first, not everybody of the account.
        "SELECT m.contact_id, m.list_id, c.contact_id FROM list_membership m CROSS JOIN email_contact c"
        " WHERE m.state = 'leaving' AND m.removal = '' AND c.id = m.contact_id AND c.account_id = %s AND c.batch IS NULL"
        " ORDER BY m.list_id, m.contact_id LIMIT %s",
        (account_id, limit),
    )
    return [Leaving(*row) for row in found]


def left(done: Sequence[Leaving]) -> None:
    """These are off their lists. One that is wanted there again meanwhile is put there again."""
    pairs = [(one.contact, one.list_id) for one in done]
    hot.many(
        "UPDATE list_membership SET state = 'left' WHERE contact_id = %s AND list_id = %s AND state = 'leaving'", pairs
    )
    hot.many(
        f"{_SEND_AGAIN} WHERE m.contact_id = %s AND m.list_id = %s AND m.state = 'on')",
        pairs,
    )


_SEND_AGAIN = (
    "UPDATE email_contact SET digest = NULL, dirty = dirty + 1 WHERE id IN (SELECT m.contact_id FROM list_membership m"
)


def begin(taken: Sequence[Leaving], removal: str) -> None:
    """Dotdigital is taking these off their list, as its work ``removal``."""
    hot.many(
        "UPDATE list_membership SET removal = %s WHERE contact_id = %s AND list_id = %s",
        [(removal, one.contact, one.list_id) for one in taken],
    )


def removals(account_id: int) -> list[str]:
    """Dotdigital's works of the account that were begun and not seen to end."""
    found = hot.rows(
        "SELECT DISTINCT m.removal FROM list_membership m CROSS JOIN email_contact c"
        " WHERE NOT (m.removal = '') AND c.id = m.contact_id AND c.account_id = %s",
        (account_id,),
    )
    return [row[0] for row in found]


def end(removal: str) -> None:
    """The work is done. Who is wanted on the list again meanwhile is put there again."""
    hot.execute(f"{_SEND_AGAIN} WHERE m.removal = %s AND m.state = 'on')", (removal,))
    hot.execute(
        "UPDATE list_membership SET state = CASE WHEN state = 'leaving' THEN 'left' ELSE state END, removal = ''"
        " WHERE removal = %s",
        (removal,),
    )


def taken(removal: str) -> list[Leaving]:
    """Whom the work was to take off."""
    found = hot.rows(
        "SELECT m.contact_id, m.list_id, c.contact_id FROM list_membership m JOIN email_contact c ON c.id = m.contact_id"
        " WHERE m.removal = %s AND m.state = 'leaving'",
        (removal,),
    )
    return [Leaving(*row) for row in found]
