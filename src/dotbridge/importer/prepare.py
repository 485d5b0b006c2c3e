"""Creates in the account what the survey found missing: data fields, and three lists for each website."""

from __future__ import annotations

from typing import Literal

from dotbridge.dotdigital.client import Dotdigital
from dotbridge.dotdigital.data_fields import name_fault
from dotbridge.dotdigital.lists import MarketingList
from dotbridge.importer.survey import Survey, survey_account, wanted_fields
from dotbridge.ledger.account import open_account
from dotbridge.ledger.models import DotdigitalAccount, Website

_KINDS = {"customer": "Customers", "subscriber": "Subscribers", "guest": "Guests"}
_WORDS: dict[str, Literal["string", "numeric", "date", "boolean"]] = {
    "String": "string",
    "Numeric": "numeric",
    "Date": "date",
    "Boolean": "boolean",
}
_NAME_LENGTH = 128


def prepare_account(account: DotdigitalAccount) -> tuple[list[str], Survey]:
    """What was created, and the survey afterwards. Doing it twice creates nothing the second time."""
    survey_account(account)
    client = open_account(account)
    created: list[str] = []
    try:
        for name, type_ in wanted_fields(account).items():
            if name not in account.survey["fields"] and not name_fault(name):
                client.data_fields.create(name, _WORDS[type_])
                created.append(f"data field {name} ({type_})")
        held = set(account.survey["lists"].values())
        taken = _taken(account)
        for website in Website.objects.filter(account=account).order_by("precedence", "pk"):
            for kind, words in _KINDS.items():
                if getattr(website, f"{kind}_list") in held:
                    continue
                found = _create(client, website, words, taken)
                # Each on its own row: another command may have chosen a list for this website meanwhile.
                Website.objects.filter(pk=website.pk).update(**{f"{kind}_list": found.id})
                created.append(f"list {found.name}")
    finally:
        client.close()
    return created, survey_account(account)


def _taken(account: DotdigitalAccount) -> set[int]:
    """The lists that websites of the account have."""
    websites = Website.objects.filter(account=account)
    return {number for kind in _KINDS for number in websites.values_list(f"{kind}_list", flat=True) if number}


def _create(client: Dotdigital, website: Website, words: str, taken: set[int]) -> MarketingList:
    """A list that no other website has, also where two of them, or two shops of the account, are called the same."""
    for name in _list_names(website, words):
        found = client.lists.create(name)
        if found.id not in taken:
            break
    taken.add(found.id)
    return found


def _list_names(website: Website, words: str) -> list[str]:
    """The name to try first, and one that can be nobody else's. They end in what tells the three lists apart."""
    begin = f"{website.connection.label or website.connection.key}: {website.name}"
    ends = (f" {words}", f" ({website.connection.key}/{website.code}) {words}")
    return [begin[: _NAME_LENGTH - len(end)] + end for end in ends]
