"""The register of personal columns holds every column there is."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from dotbridge.ledger.personal import IMPERSONAL, PERSONAL

TEXT = (models.CharField, models.TextField, models.JSONField)


def columns() -> dict[str, str]:
    found = {}
    for app in ("ledger", "people"):
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.get_fields():
                if isinstance(field, TEXT):
                    found[f"{model._meta.db_table}.{field.column}"] = field.column
    return found


def test_every_text_column_is_personal_or_named_as_not() -> None:
    unknown = [place for place, column in columns().items() if place not in PERSONAL and column not in IMPERSONAL]
    assert unknown == []


def test_the_register_names_only_columns_that_exist() -> None:
    assert set(PERSONAL) <= set(columns())
