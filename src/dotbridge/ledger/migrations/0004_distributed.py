from typing import Any

from django.db import migrations, models


#: Tables with texts of shops. No shop knows our lengths: SQLite never held anybody to them, and PostgreSQL shall not.
_SHOP_TEXTS = (
    "order_fact",
    "line_fact",
    "product_fact",
    "contact_source",
    "email_order",
    "email_quote",
    "email_catalog",
    "email_review",
    "email_wishlist",
    "email_insight",
    "event",
    "fulfilment",
    "waiting_id",
    "consent_event",
    "consent_record",
    "consent_delivery",
)


def lift_lengths(_apps: object, schema_editor: Any) -> None:
    """Changes what the catalogue says and no row, so it takes no time."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        for table in _SHOP_TEXTS:
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
                " AND table_name = %s AND character_maximum_length IS NOT NULL",
                [table],
            )
            changes = [f'ALTER COLUMN "{name}" TYPE varchar' for (name,) in cursor.fetchall()]
            if changes:
                cursor.execute(f"ALTER TABLE {table} {', '.join(changes)}")


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_consent"),
    ]

    operations = [
        migrations.AddField(
            model_name="dotdigitalaccount",
            name="engagement",
            field=models.CharField(
                choices=[("on", "On"), ("paused", "Paused")], db_default="on", default="on", max_length=8
            ),
        ),
        migrations.AddField(
            model_name="dotdigitalaccount",
            name="engagement_paused_for",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="job",
            name="spent",
            field=models.FloatField(db_default=0, default=0),
        ),
        migrations.RunPython(lift_lengths, migrations.RunPython.noop),
    ]
