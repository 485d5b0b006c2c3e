"""The account's contact data fields: typed, named for good, never changed once made (§14)."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec

from dotbridge.dotdigital import codes
from dotbridge.dotdigital.api import Api
from dotbridge.dotdigital.words import Word
from dotbridge.errors import ConfigError
from dotbridge.http.operation import Operation

FieldType = Literal["string", "numeric", "date", "boolean"]

ALL_FIELDS = Operation("data_fields.all", "GET", tier="medium")
CREATE_FIELD = Operation("data_fields.create", "POST", tier="medium", repeatable=True)

_NAME = re.compile(r"[A-Za-z0-9_-]{1,20}")
RESTRICTED = frozenset(
    {"account", "campaign", "campaignid", "contact", "contact_api_id", "contactid", "email", "hcontactid", "hemail"}
    | {"hemail256", "id", "messagecontent", "mobilenumberid", "notes", "unsubscribed", "uniquecontactid"}
)


class DataField(msgspec.Struct, frozen=True, rename="camel"):
    """``type`` is one of string, numeric, date, boolean; ``visibility`` private or public."""

    name: str
    type: Word = Word("string")
    visibility: Word = Word("private")
    default_value: Any = None


class DataFieldsPart:
    """Lists and creates data fields."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def all(self) -> list[DataField]:
        """Every data field; this listing has no pages."""
        return self._api.fetch(list[DataField], ALL_FIELDS, "v2", "data-fields")

    def create(
        self,
        name: str,
        kind: FieldType,
        *,
        visibility: Literal["Private", "Public"] = "Private",
        default: object = None,
    ) -> DataField:
        """The field as the account has it now, also if it existed before: compare ``type`` with what was wanted.

        A name that Dotdigital would refuse is a ``ConfigError`` FIELD_INVALID before anything is sent.
        """
        if fault := name_fault(name):
            raise ConfigError(codes.FIELD_INVALID, f"{name}: {fault}")
        field = {"name": name, "type": kind.capitalize(), "visibility": visibility, "defaultValue": default}
        try:
            self._api.send(CREATE_FIELD, "v2", "data-fields", payload=field)
        except ConfigError as error:
            if error.code is not codes.FIELD_EXISTS:
                raise
        found = next((known for known in self.all() if known.name.lower() == name.lower()), None)
        return found or DataField(name, Word(kind), Word.parse(visibility), default)


def name_fault(name: str) -> str:
    """Why Dotdigital would not take this name (§14.1, §14.2); empty if it would."""
    if not _NAME.fullmatch(name):
        return "a name has 1 to 20 letters, digits, underscores or dashes."
    return "the name is reserved." if name.lower() in RESTRICTED else ""
