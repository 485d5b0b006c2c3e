"""Batches of documents on their way to Dotdigital."""

from __future__ import annotations

from django.db import models

from dotbridge.ledger.models.scope import DotdigitalAccount, Website
from dotbridge.ledger.states import BatchState, Lane, Transport


class EmailImporter(models.Model):
    """One batch. ``record_table`` is where its rows stand, ``body`` the name of its encrypted body.

    ``due_at``: queued, when it may be sent; submitted, when to ask how far it is. ``token`` belongs to the worker that
    is submitting; when its lease ends the outcome is unknown. ``sent`` is how many records its running import holds.

    A file does one thing at a time. ``legs`` are the imports that it takes, with commas, and ``leg`` counts which one is
    next: the first carries the data to a list (its id) or to the account (`all`), `clear` empties fields, every further id
    fills that list.
    """

    id = models.BigIntegerField(primary_key=True)
    account = models.ForeignKey(DotdigitalAccount, models.PROTECT)
    website = models.ForeignKey(Website, models.CASCADE, null=True)
    kind = models.CharField(max_length=10)
    record_table = models.CharField(max_length=32)
    collection = models.CharField(max_length=128)
    collection_scope = models.CharField(max_length=8, blank=True)
    collection_type = models.CharField(max_length=32, blank=True)
    lane = models.CharField(max_length=4, choices=[(lane.value, lane.value) for lane in Lane], default=Lane.BULK)
    transport = models.CharField(
        max_length=2,
        choices=[(one.value, one.value) for one in Transport],
        default=Transport.V3,
        db_default=Transport.V3.value,
    )
    legs = models.TextField(blank=True, default="", db_default="")
    leg = models.SmallIntegerField(default=0, db_default=0)
    priority = models.SmallIntegerField(default=50)
    canary = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in BatchState], default=BatchState.QUEUED)
    waits_for = models.CharField(max_length=32, blank=True)
    code = models.CharField(max_length=64, blank=True)
    detail = models.TextField(blank=True)
    import_id = models.CharField(max_length=64, blank=True)
    body = models.CharField(max_length=64, blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)
    records = models.IntegerField()
    sent = models.IntegerField(default=0, db_default=0)
    size = models.IntegerField()
    attempts = models.SmallIntegerField(default=0)
    due_at = models.FloatField(default=0)
    token = models.CharField(max_length=32, blank=True)
    lease_until = models.FloatField(default=0)
    parent = models.BigIntegerField(null=True)
    created_at = models.FloatField()
    submitting_at = models.FloatField(null=True)
    submitted_at = models.FloatField(null=True)
    settled_at = models.FloatField(null=True)
    accepted = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)

    class Meta:
        db_table = "email_importer"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=[s.value for s in BatchState]), name="importer_state"),
            models.CheckConstraint(
                condition=~models.Q(state=BatchState.SUBMITTED.value) | ~models.Q(import_id=""),
                name="importer_submitted_has_id",
            ),
            models.CheckConstraint(
                condition=models.Q(transport__in=[one.value for one in Transport]), name="importer_transport"
            ),
        ]
        indexes = [models.Index(fields=["account", "state", "due_at"], name="importer_due")]
