"""tables.md: the ledger's tables, their columns and what the database itself holds to be true."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models

from dotbridge.config.reference.markdown import code, paragraph, table

_INTRODUCTION = """# Tables

Columns that end in `_at` or `until` are epoch seconds, where their type is a number. Amounts are integers in 1/10,000 of
the currency unit. `email_contact` and the record tables share the columns that say what is wanted, what is on the road
and what was taken.
"""


def page() -> str:
    """The page."""
    found = [model for name in ("ledger", "people") for model in apps.get_app_config(name).get_models()]
    return _INTRODUCTION + "".join(_section(model) for model in sorted(found, key=table_name))


def table_name(model: type[models.Model]) -> str:
    """The model's table."""
    return str(_meta(model).db_table)


def _meta(model: type[models.Model]) -> Any:
    return model._meta  # noqa: SLF001 - a documented part of Django, whatever its name says


def _section(model: type[models.Model]) -> str:
    about = f"\n## `{table_name(model)}`\n\n{paragraph(model.__doc__)}\n"
    columns = [
        (code(field.column), _type(field), "yes" if field.null else "", _choices(field))
        for field in _meta(model).concrete_fields
    ]
    rules = "".join(f"* {rule}\n" for rule in _rules(model))
    return about + table(("Column", "Type", "May be empty", "Values"), columns) + ("\n" + rules if rules else "")


def _type(field: models.Field[Any, Any]) -> str:
    if isinstance(field, models.ForeignKey):
        return f"id of {code(table_name(field.related_model))}"
    length = f" {field.max_length}" if field.max_length else ""
    return field.get_internal_type().removesuffix("Field") + length + (", unique" if field.unique else "")


def _choices(field: models.Field[Any, Any]) -> str:
    return ", ".join(code(value) for value, _ in field.choices or () if value)


def _rules(model: type[models.Model]) -> Iterable[str]:
    for rule in _meta(model).constraints:
        if isinstance(rule, models.UniqueConstraint):
            yield f"{code(rule.name)}: unique on {', '.join(code(name) for name in rule.fields)}"
        elif isinstance(rule, models.CheckConstraint):
            yield f"{code(rule.name)}: checked by the database"
    for index in _meta(model).indexes:
        part = ", over some rows only" if index.condition else ""
        yield f"{code(index.name)}: index on {', '.join(code(name) for name in index.fields)}{part}"
