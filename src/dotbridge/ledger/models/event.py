"""What shops have told, and the ids that wait to be read again for it."""

from __future__ import annotations

from django.db import models

from dotbridge.ledger.models.scope import Connection, Website


class Event(models.Model):
    """One thing that a shop said has happened: kept before it is answered, once for each name that the sender gave it.

    ``ids`` is a JSON array of the records' ids, ``at`` the sender's instant or "".
    """

    connection = models.ForeignKey(Connection, models.CASCADE, db_index=False)
    event_id = models.CharField(max_length=128)
    stream = models.CharField(max_length=32)
    ids = models.TextField()
    deleted = models.SmallIntegerField(default=0)
    at = models.CharField(max_length=32, blank=True)
    received_at = models.FloatField()

    class Meta:
        db_table = "event"
        constraints = [models.UniqueConstraint(fields=["connection", "event_id", "stream"], name="event_once")]
        indexes = [models.Index(fields=["connection", "received_at"], name="event_newest")]


class WaitingId(models.Model):
    """One record to read again soon. What is told of it until ``due_at`` is one reading; ``version`` counts it.

    ``received_at`` is when it was told first since the last reading.
    """

    website = models.ForeignKey(Website, models.CASCADE, db_index=False)
    stream = models.CharField(max_length=32)
    source_id = models.CharField(max_length=64)
    due_at = models.FloatField()
    received_at = models.FloatField()
    version = models.BigIntegerField(default=1)

    class Meta:
        db_table = "waiting_id"
        constraints = [models.UniqueConstraint(fields=["website", "stream", "source_id"], name="waiting_id_once")]
        indexes = [models.Index(fields=["website", "due_at"], name="waiting_id_due")]


class Fulfilment(models.Model):
    """When an order first came to a status that its merchant calls fulfilled: seen to happen, never found in history.

    ``reached_at`` is the shop's instant of the change, ``noticed_at`` ours; ``origin`` says who brought it.
    """

    class Origin(models.TextChoices):
        LIVE = "live"
        POLL = "poll"

    website = models.ForeignKey(Website, models.CASCADE, db_index=False)
    source_id = models.CharField(max_length=64)
    status = models.CharField(max_length=64)
    reached_at = models.CharField(max_length=20, blank=True)
    noticed_at = models.FloatField()
    origin = models.CharField(max_length=4, choices=Origin)

    class Meta:
        db_table = "fulfilment"
        constraints = [models.UniqueConstraint(fields=["website", "source_id"], name="fulfilment_once")]
