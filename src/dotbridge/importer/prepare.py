"""Creates in the account what the survey found missing: data fields, and three lists for each website."""

from __future__ import annotations

from typing import Literal

from dotbridge.dotdigital.data_fields import name_fault
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
        held = {number: name for name, number in account.survey["lists"].items()}
        for website in Website.objects.filter(account=account).order_by("precedence", "pk"):
            for kind, words in _KINDS.items():
                if getattr(website, f"{kind}_list") in held:
                    continue
                found = client.lists.create(_list_name(website, words))
                # Each on its own row: another command may have chosen a list for this website meanwhile.
                Website.objects.filter(pk=website.pk).update(**{f"{kind}_list": found.id})
                created.append(f"list {found.name}")
    finally:
        client.close()
    return created, survey_account(account)


def _list_name(website: Website, words: str) -> str:
    """Distinct per website, also where two shops of the account call theirs the same."""
    return f"{website.connection.label or website.connection.key}: {website.name} {words}"[:_NAME_LENGTH]
