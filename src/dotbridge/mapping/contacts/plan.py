"""Which fields a website sends, under which names and types: the settings worked out once per context."""

from __future__ import annotations

import re
from typing import NamedTuple

from dotbridge.errors import ConfigError
from dotbridge.mapping.codes import FIELD_DOUBLED, FIELD_NAME_ILLEGAL, FIELD_UNKNOWN
from dotbridge.mapping.contacts.fields import FIELDS, IDS, ContactField, attribute
from dotbridge.mapping.settings import FieldType, Settings

_NAME = re.compile(r"[A-Z0-9_-]{1,20}", re.ASCII).fullmatch
#: Names that Dotdigital keeps for itself (dotdigital-api §14.2).
RESERVED = frozenset(
    {
        *("ACCOUNT", "CAMPAIGN", "CAMPAIGNID", "CONTACT", "CONTACT_API_ID", "CONTACTID", "EMAIL", "HCONTACTID"),
        *("HEMAIL", "HEMAIL256", "ID", "MESSAGECONTENT", "MOBILENUMBERID", "NOTES", "UNSUBSCRIBED", "UNIQUECONTACTID"),
    }
)


class Planned(NamedTuple):
    """One field to send. ``type`` is the account's, ``None`` where a surveyed account lacks the field."""

    field: ContactField
    name: str
    type: FieldType | None
    clears: bool


class Plan(NamedTuple):
    """The fields of a context, and the codes of mapped attributes that the shop no longer has."""

    fields: tuple[Planned, ...]
    gone: tuple[tuple[str, str], ...]


def plan(settings: Settings) -> Plan:
    """What to send; raises ConfigError for an unknown key, an illegal name, or two fields of one name."""
    for key in settings.fields:
        if key not in FIELDS:
            raise ConfigError(FIELD_UNKNOWN, f"The key is {key!r}.", field=key)
    chosen = [_planned(field, settings.fields.get(key, field.name), settings) for key, field in FIELDS.items()]
    gone = []
    for code, name in settings.attributes.items():
        if settings.shop_attributes is not None and code not in settings.shop_attributes:
            gone.append((code, name))
        else:
            chosen.append(_planned(attribute(code, name), name, settings))
    fields = tuple([one for one in chosen if one is not None])
    names = [one.name for one in fields]
    for one in fields:
        if names.count(one.name) > 1:
            raise ConfigError(FIELD_DOUBLED, f"The name is {one.name}.", field=one.field.key)
    return Plan(fields, tuple(gone))


def _planned(field: ContactField, name: str | None, settings: Settings) -> Planned | None:
    if not name:
        return None
    name = name.upper()
    if not _NAME(name) or name in RESERVED:
        raise ConfigError(FIELD_NAME_ILLEGAL, f"{field.key} is mapped to {name!r}.", field=field.key)
    if settings.ids == "text" and field.key in IDS:
        field = field._replace(type="String")
    surveyed = settings.account_fields
    type_ = field.type if surveyed is None else surveyed.get(name)
    # Only what a person mapped on purpose may empty a field in Dotdigital.
    mapped = field.key in settings.fields or field.key in settings.attributes
    return Planned(field, name, type_, field.clears and mapped)
