"""Fields of a customer account are noted beside sales fields, so that they can be emptied once the account is gone."""

from django.db import migrations

#: Those of ``mapping.contacts.document`` when this was written: customer id, account date, last login and group.
_OF_ACCOUNT = 0b1111 << 59


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0013_lines_with_their_order"),
    ]

    operations = [
        # What was sent of them until now was not noted.
        migrations.RunSQL(
            f"UPDATE email_contact SET sales_sent = sales_sent | {_OF_ACCOUNT} WHERE accepted_digest IS NOT NULL"
            " AND id IN (SELECT contact_id FROM contact_source WHERE kind = 'customer')",
            migrations.RunSQL.noop,
        ),
    ]
