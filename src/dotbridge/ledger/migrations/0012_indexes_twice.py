"""Foreign keys whose index said what a longer one beside it says too.

Without statistics SQLite took the short one, and went through a whole website for one person.
"""

from collections.abc import Callable

from django.db import migrations, models
from django.db.models import deletion

_TWICE = (
    ("contact_source", "website_id", "contact_source_website_id_7d841d05"),
    ("email_contact", "account_id", "email_contact_account_id_062cf6df"),
    ("consent_event", "contact_id", "consent_event_contact_id_4d79d59d"),
    ("consent_record", "contact_id", "consent_record_contact_id_f7d0736b"),
)


def _unindexed(model: str, name: str, on_delete: Callable[..., None], to: str) -> migrations.AlterField:
    return migrations.AlterField(model, name, models.ForeignKey(to=f"ledger.{to}", on_delete=on_delete, db_index=False))


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0011_coupons"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {table} ({column})")
                for table, column, name in _TWICE
            ],
            state_operations=[
                _unindexed("contactsource", "website", deletion.CASCADE, "website"),
                _unindexed("emailcontact", "account", deletion.PROTECT, "dotdigitalaccount"),
                _unindexed("consentevent", "contact", deletion.PROTECT, "emailcontact"),
                _unindexed("consentrecord", "contact", deletion.PROTECT, "emailcontact"),
            ],
        ),
    ]
