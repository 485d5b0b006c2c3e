"""The survey of an account: what it holds decides how we write to it. Nothing is sent before it was done.

It only reads: region, data fields and their types, lists, programs, and the schema of each collection that we would
write to. From a schema that exists already follow the spelling of documents and whether ids are numbers or text, since
a member never changes its type (contract dotdigital-api §15.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from dotbridge.dotdigital.client import Dotdigital, discover
from dotbridge.dotdigital.insight import Member
from dotbridge.ledger import clock, people
from dotbridge.ledger.account import on_this_machine, open_account
from dotbridge.ledger.budget import SharedBudget
from dotbridge.ledger.lists import KINDS, check_lists
from dotbridge.ledger.models import DotdigitalAccount, Website
from dotbridge.ledger.settings import resolve
from dotbridge.ledger.states import Transport
from dotbridge.mapping.contacts.plan import plan
from dotbridge.mapping.settings import Settings
from dotbridge.observe.private import Secret
from dotbridge.sources.registry import platform

_TYPES = {"string": "String", "numeric": "Numeric", "date": "Date", "boolean": "Boolean"}
#: Members that tell the spelling of a collection, and those that tell how it keeps ids.
_SNAKE = ("order_total", "purchase_date", "order_status", "short_description", "image_path", "total_wishlist_value")
_CAMEL = ("orderTotal", "purchaseDate", "orderStatus", "shortDescription", "imagePath", "totalWishlistValue")
_ID_MEMBERS = ("customerId", "customer_id", "id")


class Finding(msgspec.Struct, frozen=True):
    """One thing the survey has to say. ``missing`` can be made by ``account prepare``."""

    grade: Literal["ok", "missing", "warning"]
    subject: str
    text: str


class Survey(msgspec.Struct):
    """What the account holds, as it is kept with the account; ``fields`` are upper-case names with their types."""

    remote_id: int
    name: str
    currency: str
    fields: dict[str, str]
    lists: dict[str, int]
    programs: list[dict[str, Any]]
    collections: dict[str, dict[str, Any]]
    spelling: Literal["camel", "snake"]
    ids: Literal["number", "text"]
    findings: list[Finding]


def survey_account(account: DotdigitalAccount) -> Survey:
    """Reads the account, keeps what was found, and lets sending begin. Raises ConfigError for bad credentials, and where
    a list of a website is another's or Dotdigital's own.

    A change in what decides the documents counts as a new mapping, so that refused records are tried again.
    """
    _find_region(account)
    client = open_account(account)
    try:
        found = _read(account, client)
    finally:
        client.close()
    check_lists(account, found.lists)
    _keep(account, found)
    return found


def _find_region(account: DotdigitalAccount) -> None:
    hosts: Mapping[str, str] = account.hosts
    private = any(on_this_machine(address) for address in hosts.values())
    endpoint, info = discover(account.username, Secret(account.password), hosts=hosts, allow_private=private)
    account.endpoint = endpoint
    account.label = account.label or info.name
    account.save(update_fields=["endpoint", "label"])


def _read(account: DotdigitalAccount, client: Dotdigital) -> Survey:
    info = client.account.info()
    if info.calls_per_hour is not None and info.calls_remaining is not None:
        # The answer itself has told of tiers, where the account has them.
        SharedBudget(account.pk).learn_hour(info.calls_per_hour, info.calls_remaining)
    fields = {field.name.upper(): _TYPES.get(field.type, "String") for field in client.data_fields.all()}
    lists = {found.name: found.id for found in client.lists.all()}
    programs = [{"id": one.id, "name": one.name, "status": str(one.status)} for one in client.programs.all()]
    collections = {
        one.collection_name: {
            "type": str(one.collection_type),
            "scope": str(one.collection_scope),
            "count": one.record_count,
        }
        for one in client.insight.collections()
    }
    schemas = {name: client.insight.schema(name) or [] for name in collections if _is_ours(name)}
    spelling, ids = _spelling(schemas.values()), _ids(account, schemas)
    found = Survey(info.id, info.name, info.currency, fields, lists, programs, collections, spelling, ids, [])
    found.findings = [
        *_fields(account, found),
        *_lists(account, found),
        *_programs(found),
        *_collections(found),
        _transport(account),
    ]
    return found


def _is_ours(name: str) -> bool:
    low = name.lower()
    return low in {"orders", "cartinsight", "wishlist", "reviews"} or low.startswith("catalog")


def _documents(schema: Iterable[Member]) -> Iterable[Member]:
    for member in schema:
        if member.name == "json":
            yield from member.fields


def _spelling(schemas: Iterable[list[Member]]) -> Literal["camel", "snake"]:
    found = [{member.name for member in _documents(schema)} for schema in schemas]
    # A catalog of the exact shape has the same names in every account.
    names = set().union(*[one for one in found if "Currency" not in one])
    return "snake" if names & set(_SNAKE) and not names & set(_CAMEL) else "camel"


def _ids(account: DotdigitalAccount, schemas: Mapping[str, list[Member]]) -> Literal["number", "text"]:
    """As the collections hold them; before there are any, as the account's platforms have them."""
    types = {
        str(member.type)
        for name, schema in schemas.items()
        if name.lower() in {"wishlist", "reviews"}
        for member in _documents(schema)
        if member.name in _ID_MEMBERS
    }
    if types:
        return "text" if "string" in types else "number"
    keys = Website.objects.filter(account=account).values_list("connection__platform", flat=True)
    return "text" if any(platform(key).ids == "text" for key in keys) else "number"


def _fields(account: DotdigitalAccount, found: Survey) -> list[Finding]:
    findings = []
    for name, type_ in wanted_fields(account).items():
        held = found.fields.get(name)
        if held is None:
            findings.append(Finding("missing", f"data field {name}", f"It is to be created as {type_}."))
        elif held != type_:
            text = f"The account keeps it as {held}, dotbridge would as {type_}; values that do not fit are dropped."
            findings.append(Finding("warning", f"data field {name}", text))
    return findings


def wanted_fields(account: DotdigitalAccount) -> dict[str, str]:
    """The data fields that the account's websites send, by name, with the types that they want."""
    wanted: dict[str, str] = {}
    for website in Website.objects.filter(account=account).select_related("connection"):
        settings = resolve(website.pk)
        ids = platform(website.connection.platform).ids
        chosen = plan(Settings(ids=ids, fields=settings["contacts.fields"], attributes=settings["contacts.attributes"]))
        for one in chosen.fields:
            # Text takes the ids of every platform.
            wanted[one.name] = one.field.type if wanted.get(one.name, one.field.type) == one.field.type else "String"
    return wanted


def _lists(account: DotdigitalAccount, found: Survey) -> list[Finding]:
    held = set(found.lists.values())
    findings = []
    for website in Website.objects.filter(account=account):
        for kind in KINDS:
            number = getattr(website, f"{kind}_list")
            subject = f"list of {kind}s of {website.name}"
            if number is None:
                findings.append(Finding("missing", subject, "It is to be created."))
            elif number not in held:
                findings.append(Finding("missing", subject, f"List {number} does not exist any more."))
    return findings


def _programs(found: Survey) -> list[Finding]:
    active = [one["name"] for one in found.programs if one["status"] == "active"]
    if not active:
        return []
    text = (
        f"Active: {', '.join(active)}. The API does not tell what starts a program: see that none of them starts when"
        " a contact joins one of the lists above, or history would set it off."
    )
    return [Finding("warning", "programs", text)]


def _collections(found: Survey) -> list[Finding]:
    ours = {name: held for name, held in found.collections.items() if _is_ours(name)}
    if not ours:
        return [Finding("ok", "collections", "None yet; documents are written in camelCase.")]
    listing = ", ".join(f"{name} ({held['count']})" for name, held in sorted(ours.items()))
    spelling = "camelCase" if found.spelling == "camel" else "snake_case"
    return [Finding("ok", "collections", f"{listing}; documents are written in {spelling} as they are held.")]


def _transport(account: DotdigitalAccount) -> Finding:
    way = {
        Transport.V3: "Sent as JSON over v3.",
        Transport.V2: "Sent as CSV files over v2, and as JSON where none fits.",
    }
    return Finding("ok", "contacts", way[resolve(account_id=account.pk)["importer.contact_transport"]])


def _keep(account: DotdigitalAccount, found: Survey) -> None:
    kept = {name: value for name, value in msgspec.to_builtins(found).items() if name != "findings"}
    deciding = ("fields", "spelling", "ids")
    changed = any(account.survey.get(name) != kept[name] for name in deciding)
    account.survey = kept
    account.surveyed_at = clock.now()
    account.mapping_version += changed
    if account.state == DotdigitalAccount.State.NEW:
        account.state = DotdigitalAccount.State.SURVEYED
    account.save(update_fields=["survey", "surveyed_at", "mapping_version", "state"])
    if changed:
        # What was refused or went with warnings for a missing field may go whole now; unchanged documents stay.
        people.mark_all_dirty(account.pk)
