from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0006_contact_transport"),
    ]

    operations = [
        migrations.AddField(
            model_name="emailcontact",
            name="sales_sent",
            field=models.BigIntegerField(db_default=0),
        ),
        # What was sent of them until now was not noted.
        migrations.RunSQL(
            "UPDATE email_contact SET sales_sent = -1 WHERE accepted_digest IS NOT NULL", migrations.RunSQL.noop
        ),
        migrations.AddField(
            model_name="listmembership",
            name="removal",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="listmembership",
            index=models.Index(
                condition=models.Q(("removal", ""), _negated=True), fields=["removal"], name="membership_removal"
            ),
        ),
    ]
