"""Who is due is found in the order of mapping, and whose oldest source it is in the order of sources.

PostgreSQL sorted all that are due for each page, and without statistics went through all sources for each person.
"""

from django.db import migrations, models
from django.db.models import deletion

_KEY = "contact_source_contact_id_4395f703"


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0014_account_fields_sent"),
    ]

    operations = [
        migrations.AddIndex("contactsource", models.Index(fields=["contact", "id"], name="contact_source_person")),
        # By name: changing the field would write SQLite's whole table anew.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {_KEY}", f"CREATE INDEX {_KEY} ON contact_source (contact_id)")
            ],
            state_operations=[
                migrations.AlterField(
                    "contactsource",
                    "contact",
                    models.ForeignKey(to="ledger.emailcontact", on_delete=deletion.CASCADE, null=True, db_index=False),
                )
            ],
        ),
        migrations.RemoveIndex("emailcontact", "contact_due"),
        migrations.AddIndex(
            "emailcontact",
            models.Index(
                fields=["account", "id"], condition=models.Q(dirty__gt=models.F("mapped")), name="contact_due"
            ),
        ),
    ]
