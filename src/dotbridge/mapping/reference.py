"""The reference pages of what is sent, written from the code that sends it."""

from __future__ import annotations

from dotbridge.mapping.catalog_members import EXACT
from dotbridge.mapping.contacts.fields import FIELDS
from dotbridge.mapping.registry import COLLECTIONS
from dotbridge.mapping.spelling import Member

_INTRODUCTION = """# Documents

Every member of the insight documents that dotbridge sends, and every contact field. This page is written from the code.

* An account's collections hold one spelling for ever: camelCase, or snake_case where they were begun in it.
* A member has the same type in every record. Those without a value are left out; `null` and empty arrays are not sent.
* `text` has at most 1,000 characters. `number` is an exact decimal rounded half away from zero, amounts to two decimals
  (three where the currency has three). `instant` is ISO 8601 with offset, `moment` is `YYYY-MM-DD hh:mm:ss`, both UTC.
* `id` is a number or text, as the setting `ids` says; with numbers, an id that is not one is left out with a warning.
* `free` objects have names of the merchant's own: letters, digits, `-` and `_`; blanks become `-`, other characters go
  and the label's id is appended.
"""

_CONTACTS = """
## Contact fields

Customers, subscribers and guests have the same fields, as far as the shop knows them. A field is sent when it has a
value. An empty value clears the field in Dotdigital only where a person mapped the field on purpose, the strongest
source is a customer, and the shop knows the value to be empty. Sales fields are absent until the order history is
complete. What tells of a customer account is cleared when the person has none any more, where it was sent before.
Amounts have two decimals and are of one currency alone.

| Key | Default name | Type | Meaning |
|---|---|---|---|
"""


def pages() -> dict[str, str]:
    """File name under docs/reference → Markdown."""
    parts = [_INTRODUCTION]
    for collection in COLLECTIONS.values():
        end = {"update": "is still updated", "remove": "is removed"}[collection.leaves]
        parts.append(
            f"\n## {collection.label}\n\n"
            f"Stream `{collection.stream}`, {collection.scope} scope, type `{collection.type}`. "
            f"A record that Dotdigital has and that a rule excludes later {end}.\n\n"
            "| camelCase | snake_case | Type | Meaning |\n|---|---|---|---|\n"
        )
        parts += [_row(member) for member in collection.members]
        if collection.key == "catalog":
            parts.append(
                "\nWith `catalog.shape: exact` a document holds these names and no others: "
                + ", ".join(f"`{n}`" for n in EXACT)
                + ".\n"
            )
    parts.append(_CONTACTS)
    parts += [f"| `{f.key}` | {_code(f.name)} | {f.type} | {f.meaning} |\n" for f in FIELDS.values()]
    return {"documents.md": "".join(parts)}


def _row(member: Member) -> str:
    indent = "↳ " * member.path.count(".")
    return f"| {indent}`{member.name}` | `{member.snake_name}` | {member.type} | {member.meaning} |\n"


def _code(name: str) -> str:
    return f"`{name}`" if name else "none, mapped by hand"
