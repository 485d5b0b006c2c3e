"""People: one row per person and Dotdigital account, and who stands behind it."""

from __future__ import annotations

from django.db import models

from dotbridge.ledger.models.progress import Progress, progress_rules
from dotbridge.ledger.models.scope import DotdigitalAccount, Website


class EmailContact(Progress):
    """One person of one account, told apart by the normalised address.

    ``dirty`` counts reasons to map the contact again, ``mapped`` is the count that the last mapping had seen: it is due
    while they differ, so that a reason that comes during the mapping is not lost. ``channel_status`` is Dotdigital's
    word for the e-mail channel, with its instant there and when we learned it; ``suppressed_reason`` holds it while
    Dotdigital takes nothing of the person. ``opt_in`` is a double opt-in: pending, confirmed or expired.
    ``renamed_from`` is the address under which Dotdigital still holds the person, until the importer has renamed it.
    ``sales_sent`` has a bit for each sales field, and each field of a customer account, that was ever staged with a value
    (``mapping.contacts.document``); -1: all that there are, since nobody noted it then.
    """

    account = models.ForeignKey(DotdigitalAccount, models.PROTECT, db_index=False)
    email_key = models.CharField(max_length=254)
    email = models.CharField(max_length=254)
    contact_id = models.BigIntegerField(null=True)
    dirty = models.BigIntegerField(default=1)
    mapped = models.BigIntegerField(default=0)
    is_guest = models.SmallIntegerField(default=0)
    is_subscriber = models.SmallIntegerField(default=0)
    subscriber_status = models.CharField(max_length=16, blank=True)
    suppressed_reason = models.CharField(max_length=32, blank=True)
    channel_status = models.CharField(max_length=32, blank=True, db_default="")
    channel_status_at = models.CharField(max_length=20, blank=True, db_default="")
    channel_learned = models.FloatField(db_default=0)
    opt_in = models.CharField(max_length=12, blank=True, db_default="")
    opt_in_at = models.FloatField(db_default=0)
    renamed_from = models.CharField(max_length=254, blank=True, db_default="")
    sales_sent = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "email_contact"
        constraints = [
            models.UniqueConstraint(fields=["account", "email_key"], name="contact_once"),
            *progress_rules("contact"),
        ]
        indexes = [
            # In the order in which they are mapped: the next page is found without looking at all that are due.
            models.Index(
                fields=["account", "id"], condition=models.Q(dirty__gt=models.F("mapped")), name="contact_due"
            ),
            models.Index(fields=["batch"], condition=models.Q(batch__isnull=False), name="contact_road"),
            models.Index(
                fields=["account", "opt_in_at"], condition=models.Q(opt_in="pending"), name="contact_confirming"
            ),
            models.Index(fields=["account"], condition=~models.Q(renamed_from=""), name="contact_renamed"),
        ]


class ContactSource(models.Model):
    """One customer, subscriber or guest of one website. A guest's source id is the normalised address.

    The oldest source of a person speaks for the contact in the audit; the others count as merged. A source whose
    address cannot be one has no contact and carries the reason itself. ``subscription`` is the newsletter's word that the
    shop said last, ``subscription_since`` when we learned it, ``subscription_seen`` when we last saw it change (0: it was
    only found), ``subscription_written`` when we ourselves wrote it last.
    """

    website = models.ForeignKey(Website, models.CASCADE, db_index=False)
    kind = models.CharField(max_length=10)
    source_id = models.CharField(max_length=254)
    email = models.CharField(max_length=254)
    contact = models.ForeignKey(EmailContact, models.CASCADE, null=True, db_index=False)
    digest = models.BinaryField(max_length=16, null=True)
    code = models.CharField(max_length=64, blank=True)
    detail = models.TextField(blank=True)
    source_updated = models.CharField(max_length=20, blank=True)
    read_started = models.FloatField(default=0)
    subscription = models.CharField(max_length=16, blank=True, db_default="")
    subscription_at = models.CharField(max_length=20, blank=True, db_default="")
    subscription_since = models.FloatField(db_default=0)
    subscription_seen = models.FloatField(db_default=0)
    subscription_written = models.FloatField(db_default=0)

    class Meta:
        db_table = "contact_source"
        constraints = [
            models.UniqueConstraint(fields=["website", "kind", "source_id"], name="contact_source_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["customer", "subscriber", "guest"]), name="contact_source_kind"
            ),
        ]
        # Whose oldest source it is, is asked for everybody who is due.
        indexes = [models.Index(fields=["contact", "id"], name="contact_source_person")]
