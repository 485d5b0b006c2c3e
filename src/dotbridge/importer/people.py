"""What happens to people beside their data, in single calls: a new address, a list to leave, an end.

All of it may be done twice without harm, and none of it touches a status.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dotbridge.dotdigital import codes
from dotbridge.dotdigital.client import Dotdigital
from dotbridge.errors import RecordError
from dotbridge.importer.leaving import leave_lists
from dotbridge.ledger import departed, memberships, renames
from dotbridge.ledger.consent_moves import is_opt_out
from dotbridge.ledger.lease import Lease
from dotbridge.ledger.models import DotdigitalAccount
from dotbridge.ledger.renames import Rename
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.transaction import writing

PAGE = 200


def move_people(account: DotdigitalAccount, client: Dotdigital, lease: Lease | None = None) -> int:
    """Renames, takes off lists and deletes what is due, until nothing is or the turn ends; gives how many."""
    done = 0
    for step in (_rename_due, leave_lists, _delete_due):
        while moved := step(account, client, lease):
            done += moved
            if lease is not None and lease.over():
                return done
    return done


def is_due(account_id: int) -> bool:
    """Whether anybody is to be renamed, taken off a list, or deleted, or Dotdigital is at it."""
    if renames.due(account_id, 1) or memberships.leaving(account_id, 1) or memberships.removals(account_id):
        return True
    settings = resolve()
    return _deletes(settings) and bool(departed.due(account_id, 1, everybody=_deletes_everybody(settings)))


def _deletes(settings: dict[str, Any]) -> bool:
    return "delete" in (settings["contacts.departed"], settings["contacts.erased"])


def _deletes_everybody(settings: dict[str, Any]) -> bool:
    return bool(settings["contacts.departed"] == "delete")


def _rename_due(account: DotdigitalAccount, client: Dotdigital, lease: Lease | None) -> int:
    # One by one: somebody may unsubscribe in the shop meanwhile, and goes first.
    return _each(renames.due(account.pk, 1), lambda one: _rename(client, one), lease)


def _rename(client: Dotdigital, one: Rename) -> None:
    # Looked at first: one that was deleted there would come back as it was, whatever was said since (§16.4).
    contacts = client.contacts
    held = contacts.get(one.before) if one.number is None else contacts.get(one.number, identifier="contactId")
    number = held.contact_id if held else None
    if number is not None:
        try:
            client.contacts.patch(number, {"identifiers": {"email": one.email}}, identifier="contactId")
        except RecordError as error:
            if error.code is codes.IDENTIFIER_TAKEN:
                _take_over(client, one, number)
                return
            if error.code is not codes.CONTACT_NOT_FOUND:
                raise
            number = None
    with writing():
        if not renames.settle(one, number):
            renames.follow_up(one)


def _take_over(client: Dotdigital, one: Rename, number: int) -> None:
    """Somebody made a contact of the new address there: it is the same person's, and takes the place of ``number``."""
    taken = client.contacts.get(one.email)
    if taken is None:
        return  # gone again a moment later: then the next turn renames
    before = client.contacts.get(number, identifier="contactId")
    for list_id in memberships.joined(one.id):
        client.lists.remove(list_id, number)
    if resolve()["contacts.departed"] == "delete":
        client.contacts.delete(number, identifier="contactId")
    opted_out = before is not None and is_opt_out(str(before.email_status))
    with writing():
        if not renames.take_over(one, taken.contact_id, opted_out=opted_out):
            renames.follow_up(one)


def _delete_due(account: DotdigitalAccount, client: Dotdigital, lease: Lease | None) -> int:
    settings = resolve()
    if not _deletes(settings):
        return 0

    def delete(one: departed.Departed) -> None:
        client.contacts.delete(one.number, identifier="contactId")
        with writing():
            departed.deleted(one)

    return _each(departed.due(account.pk, PAGE, everybody=_deletes_everybody(settings)), delete, lease)


def _each(due: list[Any], do: Callable[[Any], None], lease: Lease | None) -> int:
    done = 0
    for one in due:
        do(one)
        done += 1
        if lease is not None and lease.over():
            break
    return done
