"""Consent: what was seen and done about it, what is still to be told, and where Dotdigital's feeds were read up to."""

from __future__ import annotations

from django.db import models

from dotbridge.ledger.models.contact import EmailContact
from dotbridge.ledger.models.scope import DotdigitalAccount, Website


class ConsentEvent(models.Model):
    """One change of a person's consent, seen or made by us. Append-only: the database refuses to change or delete one.

    ``direction``: seen in the ``shop`` or in ``dotdigital``, or written ``to_shop`` or ``to_dotdigital``. ``at`` is the
    other side's instant, "" unknown; ``seen_at`` ours. ``evidence`` is JSON without an address.
    """

    account = models.ForeignKey(DotdigitalAccount, models.PROTECT)
    contact = models.ForeignKey(EmailContact, models.PROTECT, db_index=False)
    website = models.ForeignKey(Website, models.PROTECT, null=True)
    channel = models.CharField(max_length=8, default="email")
    direction = models.CharField(max_length=16)
    word = models.CharField(max_length=32)
    at = models.CharField(max_length=20, blank=True)
    seen_at = models.FloatField()
    source = models.CharField(max_length=24)
    evidence = models.TextField(default="{}")

    class Meta:
        db_table = "consent_event"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(direction__in=["shop", "dotdigital", "to_shop", "to_dotdigital"]),
                name="consent_event_direction",
            ),
        ]
        indexes = [models.Index(fields=["contact", "website", "id"], name="consent_event_person")]


class ConsentDelivery(models.Model):
    """An event on its way to the other side. One without ``done_at`` waits; ``outcome`` says what came of it, or what
    it waits for."""

    event = models.OneToOneField(ConsentEvent, models.PROTECT, primary_key=True)
    account = models.ForeignKey(DotdigitalAccount, models.PROTECT)
    contact = models.ForeignKey(EmailContact, models.PROTECT)
    website = models.ForeignKey(Website, models.PROTECT)
    side = models.CharField(max_length=12)
    due_at = models.FloatField(default=0)
    done_at = models.FloatField(null=True)
    outcome = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "consent_delivery"
        constraints = [
            models.CheckConstraint(condition=models.Q(side__in=["shop", "dotdigital"]), name="consent_delivery_side"),
        ]
        indexes = [
            models.Index(
                fields=["account", "side", "event"],
                condition=models.Q(done_at__isnull=True),
                name="consent_delivery_waiting",
            ),
            models.Index(fields=["contact"], condition=models.Q(done_at__isnull=True), name="consent_delivery_person"),
        ]


class ConsentRecord(models.Model):
    """What a person agreed to, where and how. One without ``sent_at`` waits for Dotdigital and is never purged."""

    account = models.ForeignKey(DotdigitalAccount, models.PROTECT)
    contact = models.ForeignKey(EmailContact, models.PROTECT, db_index=False)
    website = models.ForeignKey(Website, models.PROTECT)
    text = models.TextField()
    consented_at = models.CharField(max_length=20)
    url = models.TextField(blank=True)
    ip = models.CharField(max_length=45, blank=True)
    agent = models.TextField(blank=True)
    sent_at = models.FloatField(null=True)
    detail = models.TextField(blank=True)

    class Meta:
        db_table = "consent_record"
        constraints = [
            models.UniqueConstraint(fields=["contact", "website", "consented_at"], name="consent_record_once")
        ]
        indexes = [
            models.Index(
                fields=["account", "id"], condition=models.Q(sent_at__isnull=True), name="consent_record_waiting"
            )
        ]


class ConsentFeed(models.Model):
    """Where one feed of an account was read up to: ``suppressed``, ``modified`` or ``list:<id>``.

    ``cursor`` is an instant of Dotdigital's own clock. While a reading lasts longer than a turn, ``position`` says how
    far it is, ``began`` what its cursor will be and ``began_at`` when it began by our clock. ``pulled_at`` is when the
    last whole reading began. ``wanted_at``: contacts were sent, and their status is wanted.
    """

    account = models.ForeignKey(DotdigitalAccount, models.CASCADE)
    feed = models.CharField(max_length=32)
    cursor = models.CharField(max_length=20)
    position = models.CharField(max_length=255, blank=True)
    began = models.CharField(max_length=20, blank=True)
    began_at = models.FloatField(default=0)
    pulled_at = models.FloatField(default=0)
    wanted_at = models.FloatField(default=0)

    class Meta:
        db_table = "consent_feed"
        constraints = [models.UniqueConstraint(fields=["account", "feed"], name="consent_feed_once")]
