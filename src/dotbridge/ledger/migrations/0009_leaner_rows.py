from typing import Any

from django.db import migrations, models

_WORDS = ("staged", "accepted", "pending", "rejected", "suppressed", "excluded", "removed", "erased")
_TABLES = ("catalog", "contact", "insight", "order", "quote", "review", "wishlist")

#: Nobody asks for a line by a number of its own, so it need not be kept, nor an index of it.
_SQLITE = (
    """CREATE TABLE line_fact_new (website_id bigint NOT NULL REFERENCES website (id) DEFERRABLE INITIALLY DEFERRED,
    source_id varchar(64) NOT NULL, line integer NOT NULL, product_id varchar(64) NOT NULL, quantity bigint NOT NULL,
    total bigint NOT NULL, PRIMARY KEY (website_id, source_id, line)) WITHOUT ROWID""",
    """INSERT INTO line_fact_new SELECT website_id, source_id, line, product_id, quantity, total FROM line_fact
    ORDER BY website_id, source_id, line""",
    "DROP TABLE line_fact",
    "ALTER TABLE line_fact_new RENAME TO line_fact",
)
_POSTGRESQL = (
    """ALTER TABLE line_fact DROP CONSTRAINT line_fact_once, DROP COLUMN id,
    ADD PRIMARY KEY (website_id, source_id, line)""",
)


def key_lines(_apps: object, schema_editor: Any) -> None:
    """Rewrites the table once: about two seconds for a million lines."""
    for statement in _SQLITE if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0008_history_ranges"),
    ]

    operations = [
        *[migrations.RemoveConstraint(model_name=f"email{one}", name=f"{one}_state") for one in _TABLES],
        *[
            migrations.AddConstraint(
                model_name=f"email{one}",
                constraint=models.CheckConstraint(
                    condition=models.Q(*[("state", word) for word in _WORDS], _connector="OR"), name=f"{one}_state"
                ),
            )
            for one in _TABLES
        ],
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(key_lines, migrations.RunPython.noop)],
            state_operations=[
                migrations.RemoveConstraint(model_name="linefact", name="line_fact_once"),
                migrations.RemoveField(model_name="linefact", name="id"),
                migrations.AddField(
                    model_name="linefact",
                    name="pk",
                    field=models.CompositePrimaryKey(
                        "website",
                        "source_id",
                        "line",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
        ),
    ]
