"""Parts of a website's history that workers read side by side."""

from __future__ import annotations

from django.db import models

from dotbridge.ledger.models.job import Job
from dotbridge.ledger.models.scope import Website


class HistoryRange(models.Model):
    """The ids of a stream from where ``cursor`` stands up to its end: read by the one job that holds it.

    ``cursor`` moves only in the transaction that stages what it passes, while that job's token holds.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        READING = "reading"
        DONE = "done"

    website = models.ForeignKey(Website, models.CASCADE)
    stream = models.CharField(max_length=32)
    number = models.IntegerField()
    cursor = models.TextField()
    records = models.BigIntegerField()
    read = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    job = models.ForeignKey(Job, models.SET_NULL, null=True)

    class Meta:
        db_table = "history_range"
        constraints = [
            models.UniqueConstraint(fields=["website", "stream", "number"], name="history_range_once"),
            models.CheckConstraint(
                condition=models.Q(state="reading", job__isnull=False) | ~models.Q(state="reading"),
                name="history_range_is_held",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "reading", "done"]), name="history_range_state"
            ),
        ]
