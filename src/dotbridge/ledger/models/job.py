"""Jobs under a lease, the checkpoints they commit, what each run did, and the call budgets they share."""

from __future__ import annotations

from django.db import models

from dotbridge.ledger.models.scope import DotdigitalAccount, Website


class Job(models.Model):
    """One kind of work for one target: the truth about whether it runs. A claim is one UPDATE that sets the token.

    ``spent``: seconds that its turns took lately, by which websites take turns.
    """

    class State(models.TextChoices):
        IDLE = "idle"
        RUNNING = "running"
        PAUSED = "paused"

    kind = models.CharField(max_length=48)
    website = models.ForeignKey(Website, models.CASCADE, null=True)
    account = models.ForeignKey(DotdigitalAccount, models.CASCADE, null=True)
    target = models.CharField(max_length=32)
    state = models.CharField(max_length=8, choices=State, default=State.IDLE)
    every = models.FloatField()
    due_at = models.FloatField(default=0)
    token = models.CharField(max_length=32, blank=True)
    lease_until = models.FloatField(default=0)
    attempts = models.SmallIntegerField(default=0)
    progress = models.JSONField(default=dict)
    code = models.CharField(max_length=64, blank=True)
    detail = models.TextField(blank=True)
    finished_at = models.FloatField(null=True)
    full = models.SmallIntegerField(default=0)
    paused = models.SmallIntegerField(default=0)
    spent = models.FloatField(default=0, db_default=0)

    class Meta:
        db_table = "job"
        constraints = [models.UniqueConstraint(fields=["kind", "target"], name="job_once")]
        indexes = [models.Index(fields=["due_at"], name="job_due")]


class Checkpoint(models.Model):
    """Where a stream of a website was read up to. It moves only in the transaction that stages what it passes.

    ``looked_at``: when the last pass that told everybody's newsletter word began; ``pass_began``: the one under way.
    """

    website = models.ForeignKey(Website, models.CASCADE)
    stream = models.CharField(max_length=32)
    cursor = models.TextField()
    compared_at = models.FloatField(default=0)
    read = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    moved_at = models.FloatField(default=0)
    pass_began = models.FloatField(db_default=0)
    looked_at = models.FloatField(db_default=0)

    class Meta:
        db_table = "checkpoint"
        constraints = [models.UniqueConstraint(fields=["website", "stream"], name="checkpoint_once")]


class Run(models.Model):
    """What one claim of a job did. ``result``: ok, partial (some records rejected), failed, stopped."""

    job = models.ForeignKey(Job, models.CASCADE)
    started_at = models.FloatField()
    ended_at = models.FloatField(null=True)
    result = models.CharField(max_length=8, blank=True)
    counts = models.JSONField(default=dict)
    code = models.CharField(max_length=64, blank=True)
    detail = models.TextField(blank=True)

    class Meta:
        db_table = "run"


class Budget(models.Model):
    """Calls left for one tier of one account, shared by all workers (one-UPDATE token bucket)."""

    account = models.ForeignKey(DotdigitalAccount, models.CASCADE)
    tier = models.CharField(max_length=16)
    rate = models.FloatField()
    capacity = models.FloatField()
    tokens = models.FloatField()
    at = models.FloatField()

    class Meta:
        db_table = "budget"
        constraints = [models.UniqueConstraint(fields=["account", "tier"], name="budget_once")]
