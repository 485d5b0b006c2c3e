"""Consent: what was seen and done about it, and where the feeds of Dotdigital were read up to."""

from __future__ import annotations

from django.db import models

from dotbridge.ledger.models.contact import EmailContact
from dotbridge.ledger.models.scope import DotdigitalAccount, Website


class ConsentEvent(models.Model):
    """One change of a person's consent, seen or made by us; never changed but for ``outcome`` and ``exported_at``.

    ``direction``: seen in the ``shop`` or in ``dotdigital``, or written ``to_shop`` or ``to_dotdigital``. ``at`` is the
    other side's instant, "" unknown. One without ``exported_at`` waits to be told to the other side; it is never
    purged. ``digest`` makes the same event one row, however often it is read.
    """

    account = models.ForeignKey(DotdigitalAccount, models.PROTECT)
    contact = models.ForeignKey(EmailContact, models.CASCADE)
    website = models.ForeignKey(Website, models.CASCADE, null=True)
    channel = models.CharField(max_length=8, default="email")
    direction = models.CharField(max_length=16)
    word = models.CharField(max_length=24)
    at = models.CharField(max_length=20, blank=True)
    seen_at = models.FloatField()
    source = models.CharField(max_length=24)
    evidence = models.TextField(default="{}")
    outcome = models.CharField(max_length=64, blank=True)
    digest = models.BinaryField(max_length=16)
    exported_at = models.FloatField(null=True)

    class Meta:
        db_table = "consent_event"
        constraints = [
            models.UniqueConstraint(fields=["account", "digest"], name="consent_event_once"),
            models.CheckConstraint(
                condition=models.Q(direction__in=["shop", "dotdigital", "to_shop", "to_dotdigital"]),
                name="consent_event_direction",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "direction", "id"],
                condition=models.Q(exported_at__isnull=True),
                name="consent_event_waiting",
            )
        ]


class ConsentFeed(models.Model):
    """Where one feed of an account was read up to: ``suppressed``, ``modified`` or ``list:<id>``.

    ``cursor`` is an instant of Dotdigital's own clock. While a reading lasts longer than a turn, ``position`` says how
    far it is and ``newest`` what its cursor will be. ``wanted_at``: contacts were sent, and their status is wanted.
    """

    account = models.ForeignKey(DotdigitalAccount, models.CASCADE)
    feed = models.CharField(max_length=32)
    cursor = models.CharField(max_length=20)
    position = models.CharField(max_length=255, blank=True)
    newest = models.CharField(max_length=20, blank=True)
    pulled_at = models.FloatField(default=0)
    wanted_at = models.FloatField(default=0)

    class Meta:
        db_table = "consent_feed"
        constraints = [models.UniqueConstraint(fields=["account", "feed"], name="consent_feed_once")]
